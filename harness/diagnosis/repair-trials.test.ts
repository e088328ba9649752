import { expect, test } from "vitest";
import type { Pass } from "../task/plan.ts";
import { withBounds } from "./repair-trials.ts";

const CODE = `
const LANES = 32u;
@compute @workgroup_size(LANES) fn main() {
  for (var c = 0u; c < COLS; c++) { workgroupBarrier(); }
}`;

function roundsOf(pass: Partial<Pass>, shape: Readonly<Record<string, number>>) {
  const plan = { passes: [{ code: CODE, bindings: [], workgroups: [1], ...pass } as Pass] };
  const { passes } = withBounds({ cause: "", change: (own) => own }).change(plan, shape);
  const { kernelmark_most_rounds: most, kernelmark_most_rounds_with_barriers: withBarriers } = passes[0]!.constants!;
  return { most: most!, withBarriers: withBarriers! };
}

test("loops may run over all of a size, and over a workgroup's part of the work", () => {
  expect(roundsOf({ workgroups: [1000], constants: { ROWS: 1000, COLS: 4000 } }, {}).most).toBeGreaterThan(8000);
  expect(roundsOf({}, { rows: 3, cols: 700 })).toMatchObject({ most: expect.closeTo(512 + 4200, 0) });
});

test("an invocation may run over the product of two sizes", () => {
  const { most } = roundsOf({ constants: { EXPERTS: 1031, TOP_K: 65 } }, { tokens: 33, experts: 1031, top_k: 65 });
  expect(most).toBeGreaterThan(1031 * 65);
});

test("many invocations have fewer rounds each, and fewer still with barriers", () => {
  const constants = { ROWS: 263, COLS: 131 };
  const [few, many] = [roundsOf({ constants }, {}), roundsOf({ constants, workgroups: [256, 2] }, {})];
  expect(many.most).toBeLessThan(few.most / 2);
  expect(many.withBarriers * 256 * 2 * 32).toBeLessThan(1.1e6);
  expect(roundsOf({ constants, workgroups: [65_535] }, {}).withBarriers).toBe(32);
});
