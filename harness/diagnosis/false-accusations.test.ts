import { beforeAll, expect, test } from "vitest";
import rmsNorm from "../../kernels/layers/rms-norm/task.ts";
import perplexity from "../../kernels/losses/perplexity/task.ts";
import task from "../../kernels/softmax/softmax/task.ts";
import { explainsOutput } from "../judge/resemblance.ts";
import { editedPlan } from "../task/edits.ts";
import type { PlanFunction } from "../task/plan.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

const { plain } = task;

type SoftmaxPlan = PlanFunction<"rows" | "cols", never>;

let judge: LocalJudge<"rows" | "cols", never>;
beforeAll(async () => {
  const isSmall = ({ shape }: { shape: { readonly rows?: number; readonly cols?: number } }) =>
    shape.rows! <= 16 && shape.cols! <= 65;
  judge = await LocalJudge.open(task, { seed: "accusations", only: isSmall });
});

/** Softmax of a row by 64 lanes; `afterMaximum` follows the writes of the lanes' own maxima. */
const tree = (halvings: string, afterMaximum: string): SoftmaxPlan => {
  const code = `
override ROWS: u32;
override COLS: u32;
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
var<workgroup> partials: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = group.x * COLS;
  var own = x[start];
  for (var c = lane; c < COLS; c += 64u) { own = max(own, x[start + c]); }
  partials[lane] = own;
  ${afterMaximum}
  for (var width = ${halvings}; width > 0u; width /= 2u) {
    if (lane < width) { partials[lane] = max(partials[lane], partials[lane + width]); }
    workgroupBarrier();
  }
  let maximum = partials[0];
  workgroupBarrier();
  var sum = 0.0;
  for (var c = lane; c < COLS; c += 64u) { sum += exp(x[start + c] - maximum); }
  partials[lane] = sum;
  workgroupBarrier();
  for (var width = 32u; width > 0u; width /= 2u) {
    if (lane < width) { partials[lane] += partials[lane + width]; }
    workgroupBarrier();
  }
  for (var c = lane; c < COLS; c += 64u) { y[start + c] = exp(x[start + c] - maximum) / partials[0]; }
}`;
  return ({ shape: { rows, cols } }) => ({
    passes: [{ code, constants: { ROWS: rows, COLS: cols }, bindings: ["x", "y"], workgroups: [rows] }],
  });
};

test.each<[string, SoftmaxPlan, RegExp]>([
  [
    "a small term added to the sum",
    editedPlan(plain, ["/ sum", "/ (sum + 1e-5)"]),
    /last element|maximum|barrier|transposed|shifted/,
  ],
  ["half of the lanes in the maximum's reduction", tree("16u", "workgroupBarrier();"), /last element|barrier/],
  [
    "a missing barrier before the maximum's reduction",
    tree("32u", ""),
    /maximum (begins|starts) at 0|maximum is(?! combined)/,
  ],
])("%s is blamed on nothing else", async (_, plan, accusation) => {
  const { verdict, mistake, message } = await judge.judge(plan);
  expect(verdict).toBe("wrong-answer");
  expect(mistake?.about ?? "").not.toMatch(accusation);
  expect(message).not.toMatch(accusation);
});

test("a fault that no edited mistake makes is blamed on none of them", async () => {
  const rows = await LocalJudge.open(rmsNorm, { seed: "accusations", only: ({ shape }) => shape.rows! <= 16 });
  const { verdict, mistake } = await rows.judge(editedPlan(rmsNorm.plain, ["* scale *", "* (scale * 1.001) *"]));
  rows.close();
  expect(verdict).toBe("wrong-answer");
  expect(mistake).toBeUndefined();
});

test("a mistake explains only elements that it makes wrong", () => {
  const estimate = { expected: [1, 2, 3, 4], bound: [0.1, 0.1, 0.1, 0.1] };
  const got = [1, 2, 3, 4.2];
  expect(explainsOutput(got, [1, 2, 3, 4], estimate), "harmless").toBe(false);
  expect(explainsOutput(got, [1, 2, 3, 3.8], estimate), "wrong in the other direction").toBe(false);
  expect(explainsOutput(got, [1, 2, 3, 4.21], estimate), "just this").toBe(true);
  expect(explainsOutput([1, 2, 3, 4.11], [1, 2, 3, 4.09], estimate), "within the bound itself").toBe(false);
  expect(explainsOutput(got, [1.9, 2, 3, 4.2], estimate), "wrong elsewhere too").toBe(false);
  expect(explainsOutput([1, 2, 3, Number.NaN], [1, 2, 3, Number.POSITIVE_INFINITY], estimate), "infinite").toBe(true);
});

test("few wrong elements among many correct ones are explained as well", () => {
  const expected = Array.from({ length: 1000 }, (_, e) => e);
  const estimate = { expected, bound: expected.map(() => 1e-3) };
  const got = expected.map((value) => (value === 7 ? 9 : value));
  expect(explainsOutput(got, expected, estimate)).toBe(false);
  expect(explainsOutput(got, got, estimate)).toBe(true);
});

test("in an output of one element, a mistake that would not be finite on correct cases is not blamed", async () => {
  const only = ({ group }: { readonly group: string }) => group === "tiny" || group === "odd sizes";
  const one = await LocalJudge.open(perplexity, { seed: "accusations", only });
  const { mistake } = await one.judge(
    editedPlan(
      perplexity.plain,
      ["var maximum = logits[start];", "var maximum = 0.0;"],
      ["var c = 1u;", "var c = 0u;"],
    ),
  );
  one.close();
  expect(mistake?.name).toBe("maximum-from-zero");
});
