import type { WrongElements } from "./evidence.ts";
import type { Finding } from "./finding.ts";

/**
 * Puts the likely cause before a message, or else the first finding; returns the message alone if there is neither.
 */
export function withLead(
  message: string,
  mistake: WrongElements["mistake"] | null,
  findings: readonly Finding[],
): string {
  const lead = mistake ? `Likely cause: ${mistake.about}.` : findings[0]?.sentence;
  return lead === undefined ? message : `${lead} ${message}`;
}
