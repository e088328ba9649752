import type { Case } from "../task/case.ts";
import type { Written } from "../task/written.ts";
import type { caseResultSchema } from "./attempt-schema.ts";
import type { Evidence, WrongElements } from "./evidence.ts";
import type { Verdict } from "./verdict.ts";

/** How a submission did on one case. */
export type CaseResult = Written<typeof caseResultSchema>;

/** The reason why a case could not be run, for the candidate. */
export interface Refusal {
  readonly verdict: Verdict;
  readonly message: string;
  readonly evidence: Evidence | null;
}

export function refusedCase({ task: _, ...one }: Case, refusal: Refusal): CaseResult {
  return { ...one, ...refusal, remarks: [] };
}

/** Whether the kernel ran, and its cause of failure is sought. */
export function isDiagnosed({ verdict }: Pick<CaseResult, "verdict">): boolean {
  return verdict === "wrong-answer" || verdict === "imprecise";
}

/** The same result, with the mistake that explains it. */
export function withMistake(result: CaseResult, mistake: NonNullable<WrongElements["mistake"]>): CaseResult {
  if (result.evidence?.kind !== "wrong-elements") return result;
  return { ...result, evidence: { ...result.evidence, mistake } };
}
