import type { Attempt } from "../../results/attempt.ts";
import type { Finding } from "../../results/finding.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";

/** The findings that the message does not begin with: without a known mistake, the first one is its first sentence. */
export function furtherFindings({ mistake, findings }: Pick<Attempt, "mistake" | "findings">): readonly Finding[] {
  return mistake === null ? findings.slice(1) : findings;
}

/** A finding as a sentence, with its place in the candidate's files: the same in every report. */
export function findingSentence({ sentence, place }: Finding): string {
  return place === undefined ? sentence : `${place.file}:${place.line}: ${sentence}`;
}

/** What stands over the findings of a measurement. */
export const BOUNDS_HEADING = "What bounds its speed";

/** What was found out, a list for a terminal; undefined where there is nothing. */
export function findingsText(
  findings: readonly Finding[],
  { colors, width }: TextStyle,
  heading = "What else was seen",
): string | undefined {
  if (findings.length === 0) return undefined;
  const lines = findings.map((finding) => wrap(printable(findingSentence(finding)), width, "  - "));
  return [colors.bold(heading), ...lines].join("\n");
}
