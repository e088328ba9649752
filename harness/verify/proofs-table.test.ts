import { createColors } from "picocolors";
import { expect, test } from "vitest";
import type { ProofFigures } from "./figures.ts";
import { proofsText } from "./proofs-table.ts";

const FIGURES: ProofFigures = {
  ...{ cases: 31, seeds: 3, lines: 830, largestShares: { loss: 0.5, grad: 0.014 }, largestPrecisionRatio: 2 },
  honest: { kernels: 20, accepted: 60, judged: 60 },
  imprecise: { kernels: 40, refused: 120, judged: 120 },
  mistakes: { kernels: 60, named: 180, judged: 180 },
  judgingMs: { plain: 13_500, tuned: 7900 },
  mutants: [
    {
      ...{ kernel: "plain", all: 629, judged: 629, uncompiled: 9, refused: 580 },
      ...{ late: 9, sameFunction: 20, outOfSight: 11, unexplained: 0 },
    },
  ],
};
const proof = { task: "multi-head-attention", folder: "kernels/attention/multi-head-attention", checks: [] };
const linesAt = (width: number) =>
  proofsText([{ ...proof, figures: FIGURES }], { colors: createColors(false), width }).split("\n");

test("a table fits its terminal: the last columns are omitted in a narrow one", () => {
  const [head, line] = linesAt(120);
  expect(head).toMatch(/^ {2}task +honest +f16 +mistakes +mutants +bound +plain, tuned +seeds +cases +lines$/);
  expect(line).toMatch(
    /^✓ multi-head-attention +60\/60 +120\/120 +180\/180 +598 \+ 31 of 629 +1\.4 % +13\.5 s, 7\.9 s +3 +31 +830$/,
  );
  expect(
    linesAt(80)
      .map(({ length }) => length)
      .every((length) => length <= 80),
  ).toBe(true);
  expect(linesAt(80)[0]).toMatch(/bound$/);
});
