import { expect, test } from "vitest";
import type { Rejudge } from "../judge/rejudge.ts";
import type { RepairedModule } from "../mutation/repairs/repairs.ts";
import type { Pass, Plan } from "../task/plan.ts";
import { batchesOf, withBounds } from "./repair-trials.ts";

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
  expect(roundsOf({}, { rows: 3, cols: 700 })).toMatchObject({ most: expect.closeTo(512 + 2100, 0) });
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

const SUM = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = x[id.x] + 3.0; }`;

/** Trials of changes of the number, of which at most some are valid in one module. */
async function trialsOf(numbers: readonly string[], mostTogether: number) {
  const at = SUM.indexOf("3.0");
  const repairs = numbers.map((text): RepairedModule => {
    const edits = [{ start: at, end: at + 3, text, change: "" }];
    return { kind: "number", edits, at, cause: text, code: SUM.replace("3.0", text) };
  });
  const plan: Plan = { passes: [{ code: SUM, bindings: ["x", "y"], workgroups: [1] }] };
  const areValid = async (codes: readonly string[]) =>
    codes.map((code) => (code.match(/kernelmark_chosen == /g) ?? []).length <= mostTogether);
  const batches: (readonly (readonly [string, string])[])[] = [];
  for await (const batch of batchesOf({ areValid } as unknown as Rejudge, plan, SUM, repairs)) {
    batches.push(batch.map(({ cause, change }) => [cause, change(plan, { size: 3 }).passes.at(-1)!.code]));
  }
  return batches;
}

test("changes share a module, or parts of them where it is not valid", async () => {
  const [together, ...others] = await trialsOf(["4.0", "5.0", "6.0", "7.0"], 4);
  expect(others).toEqual([]);
  expect(together!.map(([cause]) => cause)).toEqual(["4.0", "5.0", "6.0", "7.0"]);
  expect(new Set(together!.map(([, code]) => code)).size).toBe(1);
  expect(together![0]![1]).toContain("@binding(2) var<storage, read> kernelmark_choice");
  const halves = await trialsOf(["4.0", "5.0", "6.0", "7.0"], 2);
  expect(halves.map((batch) => batch.map(([cause]) => cause))).toEqual([
    ["4.0", "5.0"],
    ["6.0", "7.0"],
  ]);
  expect(halves[1]![0]![1]).not.toContain("4.0");
});
