import { describe, expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import { Random } from "../../../reference/random.ts";
import task from "./task.ts";

function evaluated(scores: readonly number[], labels: readonly number[], threshold = 0) {
  const inputs = { scores: Float32Array.from(scores), labels: Uint32Array.from(labels) };
  const problem = { shape: { n: scores.length }, params: { threshold }, inputs };
  const { auc, confusion } = evaluate(task.oracle, problem, { auc: 1, confusion: 4 });
  return { auc: auc!.expected[0]!, bound: auc!.bound[0]!, confusion: [...confusion!.expected] };
}

/** By definition, pair by pair. */
function pairByPair(scores: readonly number[], labels: readonly number[]): number {
  const of = (label: number) => scores.filter((_, i) => labels[i] === label);
  const pairs = of(1).flatMap((own) => of(0).map((rival) => (own > rival ? 1 : own === rival ? 0.5 : 0)));
  return pairs.reduce<number>((sum, share) => sum + share, 0) / pairs.length;
}

describe("the area under the ROC curve", () => {
  test("counts half of the ties, however many there are", () => {
    for (const values of [2, 5, 50]) {
      const random = new Random("many ties", values);
      const scores = Array.from({ length: 200 }, () => random.integer(-values, values) / 4);
      const labels = scores.map((_, i) => (i < 2 ? i : random.integer(0, 1)));
      const { auc, bound } = evaluated(scores, labels);
      expect(Math.abs(auc - pairByPair(scores, labels))).toBeLessThan(1e-14);
      // A single tie that counts as a whole pair is half a pair off.
      expect(bound).toBeLessThan(0.5 / (200 * 200));
    }
  });

  test("is a half if all scores are equal, signs of zeros apart", () => {
    expect(evaluated([0, -0, 0, -0], [1, 0, 0, 1]).auc).toBe(0.5);
  });

  test("turns into its complement if the labels are exchanged", () => {
    const [scores, labels] = [
      [3, 1, 2, 2, 0, 1],
      [1, 0, 0, 1, 1, 0],
    ];
    const { auc } = evaluated(scores!, labels!);
    const exchanged = evaluated(
      scores!,
      labels!.map((label) => 1 - label),
    );
    expect(auc + exchanged.auc).toBeCloseTo(1, 14);
    expect(auc).not.toBe(0.5);
  });

  test("may be 0", () => {
    expect(evaluated([1, 2, 3], [1, 0, 0]).auc).toBe(0);
  });
});

test("a score equal to the threshold is a positive prediction", () => {
  expect(evaluated([0.5, 0.5, 0.25, 1], [1, 0, 1, 0], 0.5).confusion).toEqual([1, 2, 1, 0]);
});
