import { type Attempt, type AttemptTimings, noTimings } from "../results/attempt.ts";
import { type CaseResult, withMistake } from "../results/case-result.ts";
import { withLead } from "../results/lead.ts";
import { leadingCase } from "../results/verdict.ts";
import type { Place } from "../text/code-frame.ts";
import type { Diagnosis } from "./judge-submission.ts";

/** The part of an attempt that judging decides. */
export type Judged = Pick<
  Attempt,
  "verdict" | "message" | "evidence" | "mistake" | "findings" | "cases" | "log" | "remarks"
> & {
  readonly timings: Omit<AttemptTimings, "bundleMs">;
};

const NOTHING_SAID = { mistake: null, findings: [], log: "", remarks: [], timings: noTimings } as const;

/** The verdict on a submission from those on its cases. */
export function judgedSubmission({
  cases: results,
  diagnosis,
  log,
  timings,
}: Pick<Judged, "cases" | "log" | "timings"> & { readonly diagnosis: Diagnosis | undefined }): Judged {
  const leading = leadingCase(results);
  const { mistake, findings = [] } = diagnosis?.caseIndex === leading?.index ? (diagnosis ?? {}) : {};
  const cases = results.map((one) => (one === leading && mistake ? withMistake(one, mistake) : one));
  return {
    verdict: leading?.verdict ?? "accepted",
    message: leading === undefined ? acceptedMessage(cases) : withLead(leading.message, mistake, findings),
    evidence: cases.find(({ index }) => index === leading?.index)?.evidence ?? null,
    mistake: mistake ?? null,
    findings,
    cases,
    log,
    remarks: [...new Set(cases.flatMap((result) => result.remarks))],
    timings,
  };
}

/** A module that cannot be bundled, for the first of these reasons. */
export function refusedBundle(problems: readonly (Place & { readonly message: string })[]): Judged {
  const { message, ...place } = problems[0]!;
  return { ...NOTHING_SAID, verdict: "compile-error", message, evidence: { kind: "source", ...place }, cases: [] };
}

/**
 * @param what a sentence without its full stop
 * @param next what happens now, or what to do
 */
export function failedInternally(
  what: string,
  cases: readonly CaseResult[],
  next = "It is not marked until it has been reviewed by hand.",
): Judged {
  const message = `${what}. ${next}`;
  return { ...NOTHING_SAID, verdict: "harness-error", message, evidence: null, cases };
}

function acceptedMessage(cases: readonly CaseResult[]): string {
  const largest = Math.max(...cases.map((result) => result.largestShare ?? 0));
  const passed = cases.length === 1 ? "The case passes" : `All ${cases.length} cases pass`;
  return `${passed}; the largest error is ${Math.max(1, Math.round(largest * 100))} % of the error bound.`;
}
