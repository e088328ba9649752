import type { Attempt } from "../../results/attempt.ts";
import type { Finding } from "../../results/finding.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";

/** The findings not in the message: without a known mistake, the message begins with the first finding. */
export function furtherFindings({ mistake, findings }: Pick<Attempt, "mistake" | "findings">): readonly Finding[] {
  return mistake === null ? findings.slice(1) : findings;
}

/** A finding as a sentence, with its place in the candidate's files: the same in every report. */
export function findingSentence({ sentence, place }: Finding): string {
  return place === undefined ? sentence : `${place.file}:${place.line}: ${sentence}`;
}

/** Heading of the findings of a measurement. */
export const BOUNDS_HEADING = "Bottlenecks";

/** Findings as a list for a terminal; undefined if there are none. */
export function findingsText(
  findings: readonly Finding[],
  { colors, width }: TextStyle,
  heading = "Other observations",
): string | undefined {
  if (findings.length === 0) return undefined;
  const lines = findings.map((finding) => wrap(printable(findingSentence(finding)), width, "  - "));
  return [colors.bold(heading), ...lines].join("\n");
}
