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

type Names = "m" | "n" | "k";
type Int8Plan = PlanFunction<Names, never>;

/** WGSL expressions, correct by default; a wrong kernel replaces some. */
interface Expressions {
  readonly type?: "i32" | "f32";
  /** The value of byte `i % 4` of `word`. */
  readonly code?: string;
  /** Index, in bytes, of byte `i` of a row of `a`; a row has `STRIDE` of them with its padding. */
  readonly aByte?: string;
  readonly bByte?: string;
  /** The factor of the products, from the i32 `code`. */
  readonly aFactor?: string;
  readonly bFactor?: string;
  readonly finish?: string;
}

const BINDINGS = ["a", "b", "a_scale", "b_scale", "out"];

const OVERRIDES = `
override M: u32;
override N: u32;
override K: u32;
override STRIDE = 4u * ((K + 3u) / 4u);
@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> b_scale: array<f32>;`;

const OUT = "@group(0) @binding(4) var<storage, read_write> out: array<f32>;";

function int8(expressions: Expressions = {}): DotProduct {
  const {
    type = "i32",
    code = "extractBits(i32(word), 8u * (byte % 4u), 8u)",
    aByte = "row * STRIDE + i",
    bByte = "column * STRIDE + i",
    aFactor = `${type}(code)`,
    bFactor = `${type}(code)`,
    finish = "f32(sum) * a_scale[row] * b_scale[column]",
  } = expressions;
  const declarations = `${OVERRIDES}
${OUT}
fn code_of(word: u32, byte: u32) -> i32 { return i32(${code}); }
fn left(row: u32, i: u32) -> ${type} {
  let byte = ${aByte};
  let code = code_of(a[byte / 4u], byte);
  return ${aFactor};
}
fn right(column: u32, i: u32) -> ${type} {
  let byte = ${bByte};
  let code = code_of(b[byte / 4u], byte);
  return ${bFactor};
}
fn finish(sum: ${type}, row: u32, column: u32) -> f32 { return ${finish}; }
`;
  return { declarations, type, bindings: BINDINGS };
}

/** A kernel that processes whole words: `words`, an expression in the words `x` and `y`, is added to the i32 `sum`. */
function wordwise(head: string, words: string, finish = "f32(sum) * a_scale[row] * b_scale[column]"): Int8Plan {
  const code = `${head}${OVERRIDES}
${OUT}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) { return; }
  let row = id.x / N;
  let column = id.x % N;
  let words = STRIDE / 4u;
  var sum = 0i;
  for (var w = 0u; w < words; w++) {
    let x = a[row * words + w];
    let y = b[column * words + w];
    sum += ${words};
  }
  out[id.x] = ${finish};
}`;
  return ({ shape }) => ({
    passes: [
      {
        code,
        constants: shapeConstants(shape),
        bindings: BINDINGS,
        workgroups: workgroupsFor(shape.m * shape.n, 64),
      },
    ],
  });
}

/** Splits each row of `a` into four parts, whose sums are added to scratch in any order; a second pass scales them. */
const splitByAtomics: Int8Plan = ({ shape }) => {
  const elements = shape.m * shape.n;
  const constants = shapeConstants(shape);
  const add = `${OVERRIDES}
@group(0) @binding(4) var<storage, read_write> sums: array<atomic<i32>>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) { return; }
  let words = STRIDE / 4u;
  let start = (id.x / N) * words;
  let other = (id.x % N) * words;
  var sum = 0i;
  for (var w = id.y; w < words; w += 4u) {
    let x = unpack4xI8(a[start + w]) * unpack4xI8(b[other + w]);
    sum += x.x + x.y + x.z + x.w;
  }
  atomicAdd(&sums[id.x], sum);
  // The scales are bound so that both passes have the same layout.
  if (K == 0u) { atomicAdd(&sums[0], i32(a_scale[0] + b_scale[0])); }
}`;
  const scale = `
override M: u32;
override N: u32;
override K: u32;
@group(0) @binding(0) var<storage, read> sums: array<i32>;
@group(0) @binding(1) var<storage, read> a_scale: array<f32>;
@group(0) @binding(2) var<storage, read> b_scale: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < M * N) { out[id.x] = a_scale[id.x / N] * f32(sums[id.x]) * b_scale[id.x % N]; }
}`;
  const across = Math.ceil(elements / 64);
  return {
    scratch: { sums: 4 * elements },
    passes: [
      { code: add, constants, bindings: ["a", "b", "a_scale", "b_scale", "sums"], workgroups: [across, 4] },
      { code: scale, constants, bindings: ["sums", "a_scale", "b_scale", "out"], workgroups: [across] },
    ],
  };
};

const wrong = (mistake: string, expressions: Expressions) => ({
  name: mistake,
  mistake,
  plan: oneInvocation<Names>(int8(expressions), "sequential"),
});

export const variants: Variants<Names, never> = {
  honest: [
    { name: "sequential, workgroups of 1", ownSkeleton: true, plan: oneInvocation(int8(), "sequential", 1) },
    { name: "reversed, workgroups of 256", plan: oneInvocation(int8(), "reversed", 256) },
    {
      name: "four sums, scales multiplied first",
      plan: oneInvocation(int8({ finish: "f32(sum) * (a_scale[row] * b_scale[column])" }), "strided"),
    },
    { name: "tree of 64 lanes", plan: oneWorkgroup(int8(), "tree", 64) },
    { name: "tree of 32 lanes", plan: oneWorkgroup(int8(), "tree", 32) },
    { name: "subgroups", plan: oneWorkgroup(int8(), "subgroups", 64) },
    { name: "vectors of four bytes", ownSkeleton: true, plan: wordwise("", "dot(unpack4xI8(x), unpack4xI8(y))") },
    {
      name: "dot4I8Packed, b_scale first",
      plan: wordwise(
        "requires packed_4x8_integer_dot_product;\n",
        "dot4I8Packed(x, y)",
        "b_scale[column] * f32(sum) * a_scale[row]",
      ),
    },
    {
      name: "f32 products of one word, exact, added in i32",
      plan: wordwise("", "i32(dot(vec4f(unpack4xI8(x)), vec4f(unpack4xI8(y))))"),
    },
    { name: "split along k, atomic sums", ownSkeleton: true, plan: splitByAtomics },
  ],
  imprecise: [
    {
      name: "scale rounded to f16",
      plan: oneInvocation(int8({ finish: "f32(sum) * quantizeToF16(a_scale[row]) * b_scale[column]" }), "sequential"),
    },
    {
      name: "result rounded to f16",
      plan: oneInvocation(int8({ finish: "quantizeToF16(f32(sum) * a_scale[row] * b_scale[column])" }), "sequential"),
    },
    {
      name: "dequantized to f16 before the sum",
      plan: oneInvocation(
        int8({
          type: "f32",
          aFactor: "quantizeToF16(f32(code) * a_scale[row])",
          bFactor: "quantizeToF16(f32(code) * b_scale[column])",
          finish: "sum",
        }),
        "sequential",
      ),
    },
    {
      name: "dequantized to f32 before the sum",
      plan: oneInvocation(
        int8({
          type: "f32",
          aFactor: "f32(code) * a_scale[row]",
          bFactor: "f32(code) * b_scale[column]",
          finish: "sum",
        }),
        "sequential",
      ),
    },
    { name: "four sums in f32", plan: oneInvocation(int8({ type: "f32" }), "strided") },
  ],
  wrong: [
    wrong("unsigned-codes", { code: "extractBits(word, 8u * (byte % 4u), 8u)" }),
    wrong("summed-in-f32", { type: "f32" }),
    wrong("no-a-scale", { finish: "f32(sum) * b_scale[column]" }),
    wrong("no-b-scale", { finish: "f32(sum) * a_scale[row]" }),
    wrong("first-a-scale-everywhere", { finish: "f32(sum) * a_scale[0] * b_scale[column]" }),
    wrong("first-b-scale-everywhere", { finish: "f32(sum) * a_scale[row] * b_scale[0]" }),
    wrong("rows-not-padded", { aByte: "row * K + i", bByte: "column * K + i" }),
    wrong("b-transposed", { bByte: "i * N + column" }),
    wrong("last-term-left-out", { aFactor: "select(code, 0i, i == K - 1u)" }),
    wrong("ragged-tile-left-out-16", { aFactor: "select(code, 0i, i >= K / 16u * 16u)" }),
    {
      name: "out-transposed",
      mistake: "out-transposed",
      plan: writingTransposed(oneInvocation(int8(), "sequential")),
    },
  ],
};
