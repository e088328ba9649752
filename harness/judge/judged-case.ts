import type { CaseResult } from "../results/case-result.ts";
import { describeOutsideWrites, describeWrongElements } from "../results/evidence.ts";
import type { Case } from "../task/case.ts";
import type { Judgement } from "./judge-case.ts";

/** A judgement as a result, with its message for the candidate. */
export function judgedCase({ task: _, ...one }: Case, judgement: Judgement): CaseResult {
  switch (judgement.verdict) {
    case "accepted": {
      const { largestShares, precisionRatio, isBitStable } = judgement;
      const remarks = isBitStable ? [] : ["Results differ in their last bits from run to run."];
      const shares = Object.values(largestShares);
      if (shares.length === 0) return { ...one, verdict: "accepted", message: "Correct.", evidence: null, remarks };
      const used = { largestShare: Math.max(...shares), ...(shares.length > 1 && { largestShares }) };
      const message = `Correct: the largest error is ${percent(used.largestShare)} of the error bound.`;
      return { ...one, verdict: "accepted", message, evidence: null, remarks, ...used, precisionRatio };
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
      const message = `The errors in \`${evidence.output}\` are ${ratio} times those of f32 arithmetic (limit: ${evidence.limit} times): look for values rounded to fewer bits, or for an unstable formula.`;
      return { ...one, verdict: "imprecise", message, evidence, remarks: [] };
    }
    default: {
      const { verdict, problem } = judgement;
      return { ...one, verdict, message: problem.message, evidence: null, remarks: [] };
    }
  }
}

function percent(share: number): string {
  return share >= 0.01 ? `${Math.round(share * 100)} %` : "less than 1 %";
}
