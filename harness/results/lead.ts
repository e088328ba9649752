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
  const [first] = findings;
  const place = first?.place === undefined ? "" : ` (${first.place.file}:${first.place.line}).`;
  const sentence = place === "" ? first?.sentence : first?.sentence.replace(/\.$/, place);
  // A change of the candidate's own kernel that undoes the mistake shows where it is.
  const ownPlace = first?.kind === "repair" && place !== "" ? place : ".";
  const lead = mistake ? `Likely cause: ${mistake.about}${ownPlace}` : sentence;
  return lead === undefined ? message : `${lead} ${message}`;
}
