import type { Judgement } from "../judge/judge-case.ts";
import type { Case } from "../task/case.ts";
import type { caseResultSchema } from "./attempt-schema.ts";
import { describeOutsideWrites, describeWrongElements, type Evidence, type WrongElements } from "./evidence.ts";
import type { Verdict } from "./verdict.ts";
import type { Written } from "./written.ts";

/** How a submission did on one case. */
export type CaseResult = Written<typeof caseResultSchema>;

/** Why a case could not be run, for a candidate. */
export interface Refusal {
  readonly verdict: Verdict;
  readonly message: string;
  readonly evidence: Evidence | null;
}

export function refusedCase({ task: _, ...one }: Case, refusal: Refusal): CaseResult {
  return { ...one, ...refusal, remarks: [] };
}

/** Finds words for a judgement. */
export function judgedCase({ task: _, ...one }: Case, judgement: Judgement): CaseResult {
  switch (judgement.verdict) {
    case "accepted": {
      const { largestShare, precisionRatio, isBitStable } = judgement;
      const message = `Right: the largest error is ${percent(largestShare)} of what is allowed.`;
      const remarks = isBitStable ? [] : ["Results differ in their last bits from run to run."];
      return { ...one, verdict: "accepted", message, evidence: null, remarks, largestShare, precisionRatio };
    }
    case "wrong-answer": {
      const { evidence } = judgement;
      const description =
        evidence.kind === "outside-writes" ? describeOutsideWrites(evidence) : describeWrongElements(evidence);
      return { ...one, verdict: "wrong-answer", message: `${description}.`, evidence, remarks: [] };
    }
    case "imprecise": {
      const { evidence } = judgement;
      const ratio = Math.round(evidence.ratio);
      const message = `The errors in \`${evidence.output}\` are ${ratio} times those of plain f32 arithmetic (${evidence.limit} times are allowed): something is rounded to fewer bits, or the formula is unstable.`;
      return { ...one, verdict: "imprecise", message, evidence, remarks: [] };
    }
    default: {
      const { verdict, problem } = judgement;
      return { ...one, verdict, message: problem.message, evidence: null, remarks: [] };
    }
  }
}

/** Whether a result has outputs from which its cause can be told. A write outside explains itself. */
export function isDiagnosed({ verdict, evidence }: Pick<CaseResult, "verdict" | "evidence">): boolean {
  return (verdict === "wrong-answer" && evidence?.kind !== "outside-writes") || verdict === "imprecise";
}

/** The same result, with the mistake that explains it. */
export function withMistake(result: CaseResult, mistake: NonNullable<WrongElements["mistake"]>): CaseResult {
  if (result.evidence?.kind !== "wrong-elements") return result;
  return { ...result, evidence: { ...result.evidence, mistake } };
}

function percent(share: number): string {
  return share >= 0.01 ? `${Math.round(share * 100)} %` : "less than 1 %";
}
