import type { Variants } from "../../../harness/task/variant.ts";
import { acrossSubgroups, asTree } from "../combination.ts";
import {
  INTERFACE,
  invocationPerRow,
  MAXIMUM,
  onePass,
  type SoftmaxPlanFunction,
  SUM,
  workgroupPerRow,
} from "./row-kernels.ts";

/** Sums over blocks of 16 elements, then the sums of the blocks. */
const BLOCKED_SUM = `
  var sum = 0.0;
  for (var block = 0u; block < COLS; block += 16) {
    var part = 0.0;
    for (var c = block; c < min(block + 16, COLS); c++) { part += term(x[start + c], maximum); }
    sum += part;
  }`;

/** The maximum and the sum in one loop, without a branch: every step rescales the sum. */
const ONLINE = `
  var maximum = x[start];
  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    let value = x[start + c];
    let larger = max(maximum, value);
    sum = fma(sum, exp(maximum - larger), exp(value - larger));
    maximum = larger;
  }`;

const scalar = workgroupPerRow(64);
const vec4 = workgroupPerRow(64, { width: 4 });
const subgroups = workgroupPerRow(64, { combination: acrossSubgroups, enable: "enable subgroups;" });

/** Three passes: the rows' maxima, the exponentials and their sums, the quotients. */
const severalPasses: SoftmaxPlanFunction = (context) => {
  const { rows, cols } = context.shape;
  const pass = (body: string, bindings: readonly string[]) => ({
    code: `
      override ROWS: u32;
      override COLS: u32;
      ${bindings
        .map((name, binding) => {
          const access = name === "x" ? "read" : "read_write";
          return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;`;
        })
        .join("\n")}
      @compute @workgroup_size(128)
      fn main(@builtin(global_invocation_id) id: vec3u) {
        let row = id.x;
        if (row >= ROWS) { return; }
        for (var c = 0u; c < COLS; c++) { let at = row * COLS + c; ${body} }
      }`,
    constants: { ROWS: rows, COLS: cols },
    bindings,
    workgroups: [Math.ceil(rows / 128)],
  });
  return {
    scratch: { maxima: 4 * rows, sums: 4 * rows },
    passes: [
      pass("maxima[row] = select(max(maxima[row], x[at]), x[at], c == 0);", ["x", "maxima"]),
      pass("y[at] = exp(x[at] - maxima[row]); sums[row] += y[at];", ["x", "maxima", "sums", "y"]),
      pass("y[at] *= 1.0 / sums[row];", ["sums", "y"]),
    ],
  };
};

/** One maximum for all rows, in a separate pass. */
const maximumOfEverything: SoftmaxPlanFunction = (context) => {
  const { rows, cols } = context.shape;
  const maximum = `
    override COUNT: u32;
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> highest: array<f32>;
    ${asTree(256)}
    @compute @workgroup_size(256)
    fn main(@builtin(local_invocation_index) lane: u32) {
      var own = x[0];
      for (var at = lane; at < COUNT; at += 256) { own = max(own, x[at]); }
      let whole = combine_max(own, lane);
      if (lane == 0) { highest[0] = whole; }
    }`;
  const quotients = `
    override ROWS: u32;
    override COLS: u32;
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read> highest: array<f32>;
    @group(0) @binding(2) var<storage, read_write> y: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3u) {
      if (id.x >= ROWS) { return; }
      let start = id.x * COLS;
      var sum = 0.0;
      for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - highest[0]); }
      for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - highest[0]) / sum; }
    }`;
  return {
    scratch: { highest: 4 },
    passes: [
      { code: maximum, constants: { COUNT: rows * cols }, bindings: ["x", "highest"], workgroups: [1] },
      {
        code: quotients,
        constants: { ROWS: rows, COLS: cols },
        bindings: ["x", "highest", "y"],
        workgroups: [Math.ceil(rows / 64)],
      },
    ],
  };
};

/** The plain kernel's loops, with rows and columns swapped. */
const downColumns: SoftmaxPlanFunction = (context) => {
  const code = `${INTERFACE}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    let c = id.x;
    if (c >= COLS) { return; }
    var maximum = x[c];
    for (var r = 1u; r < ROWS; r++) { maximum = max(maximum, x[r * COLS + c]); }
    var sum = 0.0;
    for (var r = 0u; r < ROWS; r++) { sum += exp(x[r * COLS + c] - maximum); }
    for (var r = 0u; r < ROWS; r++) { y[r * COLS + c] = exp(x[r * COLS + c] - maximum) / sum; }
  }`;
  return onePass(code, Math.ceil(context.shape.cols / 64), context);
};

export const variants: Variants<"rows" | "cols", never> = {
  honest: [
    {
      name: "sum in reverse, workgroups of 1",
      plan: invocationPerRow({
        size: 1,
        sum: "var sum = 0.0; for (var c = COLS; c > 0u; c--) { sum += term(x[start + c - 1], maximum); }",
      }),
    },
    { name: "sum of sums of blocks", plan: invocationPerRow({ sum: BLOCKED_SUM }) },
    {
      name: "exp2 of two products, product with the reciprocal",
      plan: invocationPerRow({
        term: "exp2(value * 1.44269504 - maximum * 1.44269504)",
        result: "term(value, maximum) * (1.0 / sum)",
      }),
    },
    { name: "exp2, fused", plan: invocationPerRow({ term: "exp2(fma(value, 1.44269504, -(maximum * 1.44269504)))" }) },
    { name: "online, one invocation a row", ownSkeleton: true, plan: invocationPerRow({ maximum: "", sum: ONLINE }) },
    {
      name: "through the logarithm of the sum",
      plan: invocationPerRow({ size: 256, sum: `${SUM} let lse = maximum + log(sum);`, result: "exp(value - lse)" }),
    },
    { name: "tree of 256", plan: workgroupPerRow(256) },
    {
      name: "vec4 loads if rows allow it",
      plan: (context) => (context.shape.cols % 4 === 0 ? vec4 : scalar)(context),
    },
    { name: "subgroups", ownSkeleton: true, plan: (context) => ({ ...subgroups(context), requires: ["subgroups"] }) },
    { name: "three passes, exponentials kept in the output", ownSkeleton: true, plan: severalPasses },
  ],
  imprecise: [
    {
      name: "exponents rounded to f16",
      plan: invocationPerRow({ term: "exp(quantizeToF16(max(value - maximum, -60000.0)))" }),
    },
    { name: "exponentials rounded to f16", plan: invocationPerRow({ term: "quantizeToF16(exp(value - maximum))" }) },
    {
      name: "running sum rounded to f16",
      plan: invocationPerRow({
        sum: SUM.replace(
          "sum += term(x[start + c], maximum)",
          "sum = quantizeToF16(sum + term(x[start + c], maximum))",
        ),
      }),
    },
    {
      name: "probabilities rounded to f16",
      plan: invocationPerRow({ result: "quantizeToF16(term(value, maximum) / sum)" }),
    },
  ],
  wrong: [
    { name: "without the maximum", mistake: "no-max-subtraction", plan: invocationPerRow({ term: "exp(value)" }) },
    {
      name: "one maximum for all rows",
      ownSkeleton: true,
      mistake: "maximum-of-everything",
      plan: maximumOfEverything,
    },
    {
      name: "maximum ends too early",
      mistake: "maximum-without-last-column",
      plan: invocationPerRow({ maximum: MAXIMUM.replace("c < COLS", "c + 1 < COLS") }),
    },
    { name: "no division", mistake: "not-normalised", plan: invocationPerRow({ result: "term(value, maximum)" }) },
    { name: "along the wrong axis", ownSkeleton: true, mistake: "normalised-down-columns", plan: downColumns },
    { name: "exp2 for exp", mistake: "base-two", plan: invocationPerRow({ term: "exp2(value - maximum)" }) },
    {
      name: "logarithm of the softmax",
      mistake: "log-softmax",
      plan: invocationPerRow({ result: "value - maximum - log(sum)" }),
    },
    {
      name: "sum ends too early",
      mistake: "last-column-left-out",
      plan: invocationPerRow({ sum: SUM.replace("c < COLS", "c + 1 < COLS") }),
    },
    {
      name: "full tiles of 16 only",
      mistake: "ragged-tile-left-out-16",
      plan: invocationPerRow({ sum: SUM.replace("c < COLS", "c < COLS / 16 * 16") }),
    },
  ],
};
