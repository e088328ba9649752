import type { WrongElements } from "./evidence.ts";
import type { Finding } from "./finding.ts";

/**
 * What a candidate reads first: the most telling thing that was found out, and then what was seen. Nothing is put before
 * a message that nothing is known about.
 */
export function withLead(
  message: string,
  mistake: WrongElements["mistake"] | null,
  findings: readonly Finding[],
): string {
  const lead = mistake ? `It looks as if ${mistake.about}.` : findings[0]?.sentence;
  return lead === undefined ? message : `${lead} ${message}`;
}
