import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";
import {
  type DotProduct,
  oneInvocation,
  oneWorkgroup,
  shapeConstants,
  workgroupsFor,
  writingTransposed,
} from "../dot-kernel.ts";

type Names = "m" | "n" | "k" | "group";

/** WGSL expressions, correct by default; a wrong kernel replaces some. */
interface Expressions {
  /** Index, in nibbles, of weight `i` of row `column`; a row has `STRIDE` of them with its padding. */
  readonly place?: string;
  /** Index, in nibbles, of the zero point of group `g` of row `column`. */
  readonly zeroPlace?: string;
  readonly scaleIndex?: string;
  /** An expression in the f32 `code`, `zero` and `scale`. */
  readonly weight?: string;
  readonly activation?: string;
  readonly finish?: string;
}

const BINDINGS = ["a", "w", "scales", "zeros", "out"];

const OVERRIDES = `
override M: u32;
override N: u32;
override K: u32;
override GROUP: u32;
override GROUPS = K / GROUP;
override STRIDE = 8u * ((K + 7u) / 8u);
override ZERO_STRIDE = 8u * ((GROUPS + 7u) / 8u);`;

function int4(expressions: Expressions = {}): DotProduct {
  const {
    place = "column * STRIDE + i",
    zeroPlace = "column * ZERO_STRIDE + g",
    scaleIndex = "column * GROUPS + g",
    weight = "(code - zero) * scale",
    activation = "a[row * K + i]",
    finish = "sum",
  } = expressions;
  const declarations = `${OVERRIDES}
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read> zeros: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
fn code_at(column: u32, i: u32) -> f32 {
  let place = ${place};
  return f32(extractBits(w[place / 8u], 4u * (place % 8u), 4u));
}
fn zero_at(column: u32, g: u32) -> f32 {
  let place = ${zeroPlace};
  return f32(extractBits(zeros[place / 8u], 4u * (place % 8u), 4u));
}
fn scale_at(column: u32, g: u32) -> f32 { return scales[${scaleIndex}]; }
fn left(row: u32, i: u32) -> f32 { return ${activation}; }
fn right(column: u32, i: u32) -> f32 {
  let code = code_at(column, i);
  let zero = zero_at(column, i / GROUP);
  let scale = scale_at(column, i / GROUP);
  return ${weight};
}
fn signed(code: f32) -> f32 { return select(code, code - 16.0, code >= 8.0); }
fn zero_points(column: u32) -> f32 {
  var sum = 0.0;
  for (var g = 0u; g < GROUPS; g++) { sum += zero_at(column, g) * scale_at(column, g); }
  return sum;
}
fn finish(sum: f32, row: u32, column: u32) -> f32 { return ${finish}; }
`;
  return { declarations, type: "f32", bindings: BINDINGS };
}

/** Statements that loop over the groups, and over `each` of their weights. */
const groupwise = (before: string, each: string, after: string) => ({
  statements: `
    for (var g = 0u; g < GROUPS; g++) {
      let zero = zero_at(column, g);
      let scale = scale_at(column, g);
      ${before}
      for (var i = g * GROUP; i < (g + 1u) * GROUP; i++) { ${each} }
      ${after}
    }`,
});

const scaleOutOfTheSum = groupwise(
  "var dots = 0.0;",
  "dots += left(row, i) * (code_at(column, i) - zero);",
  "sum += dots * scale;",
);

const zeroPointOutOfTheSum = groupwise(
  "var dots = 0.0; var activations = 0.0;",
  "dots += left(row, i) * code_at(column, i); activations += left(row, i);",
  "sum += (dots - zero * activations) * scale;",
);

/** Adds both parts of each group to the running sum separately, fused. */
const twoPartsOfEachGroup = groupwise(
  "var dots = 0.0; var activations = 0.0;",
  "dots = fma(left(row, i), code_at(column, i), dots); activations += left(row, i);",
  "sum = fma(dots, scale, sum); sum = fma(-(zero * scale), activations, sum);",
);

const wordsOfEight = {
  statements: `
    for (var start = 0u; start < K; start += 8u) {
      let word = w[(column * STRIDE + start) / 8u];
      let low = vec4f((vec4u(word) >> vec4u(0, 4, 8, 12)) & vec4u(15));
      let high = vec4f((vec4u(word) >> vec4u(16, 20, 24, 28)) & vec4u(15));
      var x: array<f32, 8>;
      var zero: array<f32, 8>;
      var scale: array<f32, 8>;
      for (var j = 0u; j < 8u; j++) {
        let i = min(start + j, K - 1u);
        x[j] = select(0.0, left(row, i), start + j < K);
        zero[j] = zero_at(column, i / GROUP);
        scale[j] = scale_at(column, i / GROUP);
      }
      let first = (low - vec4f(zero[0], zero[1], zero[2], zero[3])) * vec4f(scale[0], scale[1], scale[2], scale[3]);
      let last = (high - vec4f(zero[4], zero[5], zero[6], zero[7])) * vec4f(scale[4], scale[5], scale[6], scale[7]);
      sum += dot(vec4f(x[0], x[1], x[2], x[3]), first) + dot(vec4f(x[4], x[5], x[6], x[7]), last);
    }`,
};

/** A first pass sums the activations of every group, for all columns at once; the second subtracts the zero points. */
const activationSumsFirst: PlanFunction<Names, never> = ({ shape }) => {
  const { m, n, k, group } = shape;
  const sums = `${OVERRIDES}
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> activations: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * GROUPS) { return; }
  var sum = 0.0;
  for (var i = id.x * GROUP; i < (id.x + 1u) * GROUP; i++) { sum += a[i]; }
  activations[id.x] = sum;
}`;
  const { declarations } = int4();
  const products = `${declarations}
@group(0) @binding(5) var<storage, read> activations: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) { return; }
  let row = id.x / N;
  let column = id.x % N;
  var sum = 0.0;
  for (var g = 0u; g < GROUPS; g++) {
    var dots = 0.0;
    for (var i = g * GROUP; i < (g + 1u) * GROUP; i++) { dots += left(row, i) * code_at(column, i); }
    sum += (dots - zero_at(column, g) * activations[row * GROUPS + g]) * scale_at(column, g);
  }
  out[id.x] = sum;
}`;
  const constants = shapeConstants(shape);
  const count = (m * k) / group;
  return {
    scratch: { activations: 4 * count },
    passes: [
      { code: sums, constants, bindings: ["a", "activations"], workgroups: workgroupsFor(count, 64) },
      { code: products, constants, bindings: [...BINDINGS, "activations"], workgroups: workgroupsFor(m * n, 64) },
    ],
  };
};

const imprecise = (name: string, expressions: Expressions) => ({
  name,
  plan: oneInvocation<Names>(int4(expressions), "sequential"),
});

const wrong = (mistake: string, expressions: Expressions) => ({
  ...imprecise(mistake, expressions),
  mistake,
});

export const variants: Variants<Names, never> = {
  honest: [
    { name: "reversed, workgroups of 256", ownSkeleton: true, plan: oneInvocation(int4(), "reversed", 256) },
    { name: "fused, workgroups of 1", plan: oneInvocation(int4(), "fused", 1) },
    {
      name: "four sums, w*scale - zero*scale",
      plan: oneInvocation(int4({ weight: "code * scale - zero * scale" }), "strided"),
    },
    { name: "tree of 64 lanes", plan: oneWorkgroup(int4(), "tree", 64) },
    { name: "subgroups", plan: oneWorkgroup(int4(), "subgroups", 64) },
    { name: "scale out of the sum", plan: oneInvocation(int4(), scaleOutOfTheSum) },
    { name: "zero point out of the sum", plan: oneInvocation(int4(), zeroPointOutOfTheSum) },
    { name: "two parts of each group, fused", plan: oneInvocation(int4(), twoPartsOfEachGroup) },
    { name: "words of eight weights as vectors", plan: oneInvocation(int4(), wordsOfEight) },
    { name: "sums of activations in a separate pass", ownSkeleton: true, plan: activationSumsFirst },
  ],
  imprecise: [
    imprecise("activations rounded to f16", { activation: "quantizeToF16(a[row * K + i])" }),
    imprecise("weights rounded to f16", { weight: "quantizeToF16((code - zero) * scale)" }),
    imprecise("scales rounded to f16", { weight: "(code - zero) * quantizeToF16(scale)" }),
    {
      name: "products rounded to f16",
      plan: oneInvocation(int4(), {
        statements: "for (var i = 0u; i < K; i++) { sum += quantizeToF16(left(row, i) * right(column, i)); }",
      }),
    },
    {
      name: "running sum rounded to f16",
      plan: oneInvocation(int4(), {
        statements: "for (var i = 0u; i < K; i++) { sum = quantizeToF16(sum + left(row, i) * right(column, i)); }",
      }),
    },
  ],
  wrong: [
    wrong("high-nibble-first", { place: "column * STRIDE + (i ^ 1u)" }),
    wrong("highest-nibble-first", { place: "column * STRIDE + (i ^ 7u)" }),
    wrong("interleaved-nibbles", { place: "column * STRIDE + (i & ~7u) + ((i & 1u) << 2u) + ((i & 7u) >> 1u)" }),
    wrong("signed-codes", { weight: "(signed(code) - signed(zero)) * scale" }),
    wrong("zero-point-ignored", { weight: "code * scale" }),
    wrong("zero-point-plus-one", { weight: "(code - (zero + 1.0)) * scale" }),
    wrong("zero-point-eight", { weight: "(code - 8.0) * scale" }),
    wrong("zero-point-not-scaled", { weight: "code * scale - zero" }),
    wrong("zero-point-once-a-group", { weight: "code * scale", finish: "sum - zero_points(column)" }),
    wrong("no-scale", { weight: "code - zero" }),
    wrong("first-scale-of-row", { scaleIndex: "column * GROUPS" }),
    wrong("first-zero-point-of-row", { zeroPlace: "column * ZERO_STRIDE" }),
    wrong("scales-transposed", { scaleIndex: "g * N + column" }),
    wrong("zero-points-not-padded", { zeroPlace: "column * GROUPS + g" }),
    wrong("rows-not-padded", { place: "column * K + i" }),
    wrong("w-transposed", { place: "i * N + column" }),
    wrong("last-term-left-out", { activation: "select(a[row * K + i], 0.0, i == K - 1u)" }),
    wrong("ragged-tile-left-out-32", { activation: "select(a[row * K + i], 0.0, i >= K / 32u * 32u)" }),
    {
      name: "out-transposed",
      mistake: "out-transposed",
      plan: writingTransposed(oneInvocation(int4(), "sequential")),
    },
  ],
};
