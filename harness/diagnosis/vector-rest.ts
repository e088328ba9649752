import type { Locate } from "../judge/judge-submission.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Finding } from "../results/finding.ts";
import type { Pass } from "../task/plan.ts";
import { positionAt } from "../text/position.ts";

const VECTORS = /@group\(\s*0u?\s*\)[^;]*?\bvar\s*<\s*storage\b[^>]*>\s*(\w+)\s*:\s*array\s*<\s*vec([24])/g;

/** Tensors read as vectors, if the wrong cases are those whose rows do not fill whole vectors. */
export function findVectorRest(
  passes: readonly Pass[],
  results: readonly CaseResult[],
  locate: Locate,
): Finding | undefined {
  const wrong = results.filter(({ verdict }) => verdict === "wrong-answer");
  const right = results.filter(({ verdict }) => verdict === "accepted");
  if (right.length === 0) return undefined;
  for (const { code } of passes) {
    for (const { 1: name, 2: width, index } of code.matchAll(VECTORS)) {
      const dim = Object.keys(results[0]!.shape).find(
        (one) =>
          wrong.every(({ shape }) => shape[one]! % Number(width) !== 0) &&
          right.every(({ shape }) => shape[one]! % Number(width) === 0),
      );
      if (dim === undefined) continue;
      const { file, line } = locate({ code, ...positionAt(code, index), length: 1 });
      const sentence = `Likely cause: \`${name}\` is an array of vectors of ${width}, but ${dim} need not be a multiple of ${width}: the kernel is right only where it is. Declare \`array<f32>\`, or take the last elements of each row one by one.`;
      return { aspect: "why", kind: "vector-rest", sentence, isGuess: true, place: { file, line } };
    }
  }
  return undefined;
}
