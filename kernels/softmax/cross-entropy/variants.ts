import type { Variants } from "../../../harness/task/variant.ts";
import { acrossSubgroups, asTree } from "../combination.ts";
import {
  type CrossEntropyPlanFunction,
  constantsOf,
  invocationPerRow,
  MAXIMUM,
  RESULT,
  SHAPE,
  SUM,
  TOTAL,
  workgroupPerRow,
} from "./row-kernels.ts";

const ONLINE = `
  var maximum = logits[start];
  var sum = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    let z = logits[start + c];
    let larger = max(maximum, z);
    sum = fma(sum, exp(maximum - larger), exp(z - larger));
    maximum = larger;
  }`;

/** Adds up the distances of the logits below the maximum, in blocks of 16. */
const TOTAL_BELOW_MAXIMUM = `
  var below = 0.0;
  for (var block = 0u; block < CLASSES; block += 16) {
    var part = 0.0;
    for (var c = block; c < min(block + 16, CLASSES); c++) { part += maximum - logits[start + c]; }
    below += part;
  }`;

/** One sum of weighted terms, including the target's. */
const WEIGHTED_TERMS = `
  var total = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    let weight = select(0.0, 1 - SMOOTHING, c == targets[row]) + SMOOTHING / f32(CLASSES);
    total = fma(weight, lse - logits[start + c], total);
  }`;

const BASE_TWO = {
  term: "exp2(z * 1.44269504 - maximum * 1.44269504)",
  lse: "let lse = (maximum * 1.44269504 + log2(sum)) * 0.693147181;",
};

/** Splits a row into four parts for four invocations; a second pass joins their results. */
const inParts: CrossEntropyPlanFunction = (context) => {
  const { rows } = context.shape;
  const part = `${SHAPE}
  @group(0) @binding(0) var<storage, read> logits: array<f32>;
  @group(0) @binding(1) var<storage, read_write> parts: array<vec3f>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= 4 * ROWS) { return; }
    let start = id.x / 4 * CLASSES;
    let size = (CLASSES + 3) / 4;
    let begin = min(id.x % 4 * size, CLASSES - 1);
    let end = min(id.x % 4 * size + size, CLASSES);
    var maximum = logits[start + begin];
    for (var c = begin; c < end; c++) { maximum = max(maximum, logits[start + c]); }
    var sum = 0.0;
    var total = 0.0;
    for (var c = id.x % 4 * size; c < end; c++) {
      sum += exp(logits[start + c] - maximum);
      total += logits[start + c];
    }
    parts[id.x] = vec3f(maximum, sum, total);
  }`;
  const join = `${SHAPE}
  @group(0) @binding(0) var<storage, read> logits: array<f32>;
  @group(0) @binding(1) var<storage, read> targets: array<u32>;
  @group(0) @binding(2) var<storage, read> parts: array<vec3f>;
  @group(0) @binding(3) var<storage, read_write> loss: array<f32>;
  @compute @workgroup_size(256)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let a = parts[4 * row];
    let b = parts[4 * row + 1];
    let c = parts[4 * row + 2];
    let d = parts[4 * row + 3];
    let maxima = vec4f(a.x, b.x, c.x, d.x);
    let maximum = max(max(a.x, b.x), max(c.x, d.x));
    let lse = maximum + log(dot(exp(maxima - maximum), vec4f(a.y, b.y, c.y, d.y)));
    let total = (a.z + b.z) + (c.z + d.z);
    let own = logits[row * CLASSES + targets[row]];
    loss[row] = ${RESULT};
  }`;
  const constants = constantsOf(context);
  return {
    scratch: { parts: 64 * rows },
    passes: [
      { code: part, constants, bindings: ["logits", "parts"], workgroups: [Math.ceil((4 * rows) / 64)] },
      { code: join, constants, bindings: ["logits", "targets", "parts", "loss"], workgroups: [Math.ceil(rows / 256)] },
    ],
  };
};

/** Four logits at a time, and four partial sums, if rows are whole vectors. */
const vec4Loads: CrossEntropyPlanFunction = (context) => {
  const { rows, classes } = context.shape;
  if (classes % 4 !== 0) return invocationPerRow({})(context);
  const code = `${SHAPE}
  @group(0) @binding(0) var<storage, read> logits: array<vec4f>;
  @group(0) @binding(1) var<storage, read> targets: array<u32>;
  @group(0) @binding(2) var<storage, read_write> loss: array<f32>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * CLASSES / 4;
    let end = start + CLASSES / 4;
    var maxima = logits[start];
    for (var at = start; at < end; at++) { maxima = max(maxima, logits[at]); }
    let maximum = max(max(maxima.x, maxima.y), max(maxima.z, maxima.w));
    var sums = vec4f();
    var totals = vec4f();
    for (var at = start; at < end; at++) {
      sums += exp(logits[at] - maximum);
      totals += logits[at];
    }
    let lse = maximum + log(dot(sums, vec4f(1.0)));
    let total = dot(totals, vec4f(1.0));
    let own = logits[start + targets[row] / 4][targets[row] % 4];
    loss[row] = ${RESULT};
  }`;
  const bindings = ["logits", "targets", "loss"];
  return { passes: [{ code, constants: constantsOf(context), bindings, workgroups: [Math.ceil(rows / 64)] }] };
};

/** The correct losses, then one of them or their mean written to all rows. */
const meanOverRows: CrossEntropyPlanFunction = (context) => {
  const right = invocationPerRow({})(context);
  const code = `${SHAPE}
  @group(0) @binding(0) var<storage, read> each: array<f32>;
  @group(0) @binding(1) var<storage, read_write> loss: array<f32>;
  @compute @workgroup_size(64)
  fn main(@builtin(local_invocation_index) lane: u32) {
    var sum = 0.0;
    for (var row = 0u; row < ROWS; row++) { sum += each[row]; }
    for (var row = lane; row < ROWS; row += 64) { loss[row] = sum / f32(ROWS); }
  }`;
  return {
    scratch: { each: 4 * context.shape.rows },
    passes: [
      { ...right.passes[0]!, bindings: ["logits", "targets", "each"] },
      { code, constants: constantsOf(context), bindings: ["each", "loss"], workgroups: [1] },
    ],
  };
};

const subgroups = workgroupPerRow(64, acrossSubgroups, "enable subgroups;");

const endsTooEarly = (loop: string) => loop.replace("c < CLASSES", "c + 1 < CLASSES");

export const variants: Variants<"rows" | "classes", "smoothing"> = {
  honest: [
    {
      name: "sums in reverse, workgroups of 1",
      plan: invocationPerRow({
        size: 1,
        sum: "var sum = 0.0; for (var c = CLASSES; c > 0u; c--) { sum += term(logits[start + c - 1], maximum); }",
        total: "var total = 0.0; for (var c = CLASSES; c > 0u; c--) { total += logits[start + c - 1]; }",
      }),
    },
    { name: "online", ownSkeleton: true, plan: invocationPerRow({ maximum: "", sum: ONLINE }) },
    { name: "in base 2", plan: invocationPerRow(BASE_TWO) },
    {
      name: "relative to the maximum",
      plan: invocationPerRow({
        lse: "let lse = log(sum);",
        total: TOTAL_BELOW_MAXIMUM,
        result: "lse + (1 - SMOOTHING) * (maximum - own) + SMOOTHING * below / f32(CLASSES)",
      }),
    },
    {
      name: "one sum of weighted terms",
      plan: invocationPerRow({ size: 256, total: WEIGHTED_TERMS, result: "total" }),
    },
    {
      name: "mean of the differences",
      plan: invocationPerRow({
        total:
          "var mean = 0.0; for (var c = 0u; c < CLASSES; c++) { mean += (lse - logits[start + c]) / f32(CLASSES); }",
        result: "mix(lse - own, mean, SMOOTHING)",
      }),
    },
    { name: "tree of 64", plan: workgroupPerRow(64, asTree) },
    { name: "subgroups", ownSkeleton: true, plan: (context) => ({ ...subgroups(context), requires: ["subgroups"] }) },
    { name: "rows in four parts", ownSkeleton: true, plan: inParts },
    { name: "vec4 loads if rows allow it", plan: vec4Loads },
  ],
  imprecise: [
    {
      name: "exponents rounded to f16",
      plan: invocationPerRow({ term: "exp(quantizeToF16(max(z - maximum, -60000.0)))" }),
    },
    { name: "exponentials rounded to f16", plan: invocationPerRow({ term: "quantizeToF16(exp(z - maximum))" }) },
    {
      name: "running sum rounded to f16",
      plan: invocationPerRow({
        sum: SUM.replace(
          "sum += term(logits[start + c], maximum)",
          "sum = quantizeToF16(sum + term(logits[start + c], maximum))",
        ),
      }),
    },
    { name: "loss rounded to f16", plan: invocationPerRow({ result: `quantizeToF16(min(${RESULT}, 60000))` }) },
  ],
  wrong: [
    { name: "smoothing not used", mistake: "smoothing-ignored", plan: invocationPerRow({ result: "lse - own" }) },
    {
      name: "smoothing / (classes - 1)",
      mistake: "smoothing-over-the-others",
      plan: invocationPerRow({
        total: WEIGHTED_TERMS.replace(
          /let weight = [^;]*/,
          "let weight = select(SMOOTHING / max(1, f32(CLASSES) - 1), 1 - SMOOTHING, c == targets[row])",
        ),
        result: "total",
      }),
    },
    {
      name: "target's weight not lowered",
      mistake: "smoothing-added",
      plan: invocationPerRow({ result: RESULT.replace("(1 - SMOOTHING) * ", "") }),
    },
    {
      name: "weights exchanged",
      mistake: "smoothing-swapped",
      plan: invocationPerRow({ result: `mix(lse - total / f32(CLASSES), lse - own, SMOOTHING)` }),
    },
    {
      name: "sum for mean",
      mistake: "smoothing-over-the-sum",
      plan: invocationPerRow({ result: "(1 - SMOOTHING) * (lse - own) + SMOOTHING * (f32(CLASSES) * lse - total)" }),
    },
    {
      name: "mean ends too early",
      mistake: "mean-without-last-class",
      plan: invocationPerRow({ total: endsTooEarly(TOTAL) }),
    },
    {
      name: "target + 1",
      mistake: "target-one-too-high",
      plan: invocationPerRow({ target: "start + targets[row] + 1" }),
    },
    {
      name: "target - 1",
      mistake: "target-one-too-low",
      plan: invocationPerRow({ target: "start + targets[row] - 1" }),
    },
    { name: "mean over rows", mistake: "mean-over-rows", plan: meanOverRows },
    { name: "logit - lse", mistake: "wrong-sign", plan: invocationPerRow({ result: `-(${RESULT})` }) },
    {
      name: "log(sum) alone",
      mistake: "maximum-not-added-back",
      plan: invocationPerRow({ lse: "let lse = log(sum);" }),
    },
    {
      name: "maximum ends too early",
      mistake: "maximum-without-last-class",
      plan: invocationPerRow({ maximum: endsTooEarly(MAXIMUM) }),
    },
    {
      name: "without the maximum",
      mistake: "no-max-subtraction",
      plan: invocationPerRow({ term: "exp(z)", lse: "let lse = log(sum);" }),
    },
    {
      name: "log2 for log",
      mistake: "logarithm-of-base-two",
      plan: invocationPerRow({ lse: "let lse = maximum + log2(sum);" }),
    },
    { name: "exp2 for exp", mistake: "power-of-two", plan: invocationPerRow({ term: "exp2(z - maximum)" }) },
    { name: "sum ends too early", mistake: "last-class-left-out", plan: invocationPerRow({ sum: endsTooEarly(SUM) }) },
    {
      name: "full tiles of 32 only",
      mistake: "ragged-tile-left-out-32",
      plan: invocationPerRow({ sum: SUM.replace("c < CLASSES", "c < CLASSES / 32 * 32") }),
    },
  ],
};
