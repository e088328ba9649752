import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";

type Names = "m" | "n" | "k";

const PRODUCT = "sum += extractBits(a_word, 8u * byte, 8u) * extractBits(b_word, 8u * byte, 8u);";
const BYTES = `for (var byte = 0u; byte < 4u; byte++) {\n      ${PRODUCT}\n    }`;
const SCALED = "f32(sum) * a_scale[row] * b_scale[column]";
const [A_CODE, B_CODE] = ["a", "b"].map((name) => `f32(extractBits(${name}_word, 8u * byte, 8u))`);

/** Splits each row of `a` into four parts, whose sums are added to scratch in any order; a second pass scales them. */
const splitByAtomics: PlanFunction<Names, never> = ({ shape: { m, n, k } }) => {
  const add = `
override M: u32;
override N: u32;
override WORDS: u32;
@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<atomic<i32>>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) { return; }
  let start = id.x / N * WORDS;
  let other = id.x % N * WORDS;
  var sum = 0i;
  for (var w = id.y; w < WORDS; w += 4u) {
    let x = unpack4xI8(a[start + w]) * unpack4xI8(b[other + w]);
    sum += x.x + x.y + x.z + x.w;
  }
  atomicAdd(&sums[id.x], sum);
}`;
  const scale = `
override M: u32;
override N: u32;
@group(0) @binding(0) var<storage, read> sums: array<i32>;
@group(0) @binding(1) var<storage, read> a_scale: array<f32>;
@group(0) @binding(2) var<storage, read> b_scale: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < M * N) { out[id.x] = a_scale[id.x / N] * f32(sums[id.x]) * b_scale[id.x % N]; }
}`;
  const across = Math.ceil((m * n) / 64);
  const sizes = { M: m, N: n };
  return {
    scratch: { sums: 4 * m * n },
    passes: [
      {
        code: add,
        constants: { ...sizes, WORDS: Math.ceil(k / 4) },
        bindings: ["a", "b", "sums"],
        workgroups: [across, 4],
      },
      { code: scale, constants: sizes, bindings: ["sums", "a_scale", "b_scale", "out"], workgroups: [across] },
    ],
  };
};

export const variants: WrittenVariants<Names, never> = {
  honest: [
    {
      name: "vectors of four bytes",
      ownSkeleton: true,
      edits: [[BYTES, "sum += dot(unpack4xI8(u32(a_word)), unpack4xI8(u32(b_word)));"]],
    },
    {
      name: "dot4I8Packed, b_scale first",
      edits: [
        ["override M", "requires packed_4x8_integer_dot_product;\noverride M"],
        [BYTES, "sum += dot4I8Packed(u32(a_word), u32(b_word));"],
        [SCALED, "b_scale[column] * f32(sum) * a_scale[row]"],
      ],
    },
    {
      name: "f32 products of one word, exact, added in i32",
      edits: [[BYTES, "sum += i32(dot(vec4f(unpack4xI8(u32(a_word))), vec4f(unpack4xI8(u32(b_word)))));"]],
    },
    { name: "split along k, atomic sums", ownSkeleton: true, plan: splitByAtomics },
  ],
  imprecise: [
    { name: "scale rounded to f16", edits: [["* a_scale[row]", "* quantizeToF16(a_scale[row])"]] },
    {
      name: "dequantized to f32 before the sum",
      edits: [
        ["var sum = 0i;", "var sum = 0.0;"],
        [PRODUCT, `sum += (${A_CODE} * a_scale[row]) * (${B_CODE} * b_scale[column]);`],
        [SCALED, "sum"],
      ],
    },
    {
      name: "four sums in f32",
      edits: [
        ["var sum = 0i;", "var sums: vec4f;"],
        [PRODUCT, `sums[byte] += ${A_CODE} * ${B_CODE};`],
        ["f32(sum)", "((sums.x + sums.z) + (sums.y + sums.w))"],
      ],
    },
  ],
};
