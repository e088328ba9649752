import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";

type Names = "m" | "n" | "k" | "group";

const TERM = "sum += a[row * K + i] * (f32(code) - f32(zero)) * scale;";

/** Statements before the loop over a group, for each term, and after the loop. */
const groupwise = (before: string, each: string, after: string): readonly Edit[] => [
  ["for (var i = g * GROUP;", `${before}\n    for (var i = g * GROUP;`],
  [`${TERM}\n    }`, `${each}\n    }\n    ${after}`],
];

/** A first pass sums the activations of every group, for all columns at once; the second subtracts the zero points. */
const activationSumsFirst: PlanFunction<Names, never> = ({ shape: { m, n, k, group } }) => {
  const sums = `
override COUNT: u32;
override GROUP: u32;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> activations: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let at = id.x + id.y * workgroups.x * 64u;
  if (at >= COUNT) { return; }
  var sum = 0.0;
  for (var i = at * GROUP; i < (at + 1u) * GROUP; i++) { sum += a[i]; }
  activations[at] = sum;
}`;
  const products = `
override M: u32;
override N: u32;
override GROUPS: u32;
override GROUP: u32;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read> zeros: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read> activations: array<f32>;
fn nibble(word: u32, place: u32) -> f32 { return f32(extractBits(word, 4u * (place % 8u), 4u)); }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) { return; }
  let row = id.x / N;
  let column = id.x % N;
  let words = (GROUPS * GROUP + 7u) / 8u;
  var sum = 0.0;
  for (var g = 0u; g < GROUPS; g++) {
    var dots = 0.0;
    for (var i = g * GROUP; i < (g + 1u) * GROUP; i++) {
      dots += a[row * GROUPS * GROUP + i] * nibble(w[column * words + i / 8u], i);
    }
    let zero = nibble(zeros[column * ((GROUPS + 7u) / 8u) + g / 8u], g);
    sum += (dots - zero * activations[row * GROUPS + g]) * scales[column * GROUPS + g];
  }
  out[id.x] = sum;
}`;
  const count = (m * k) / group;
  const workgroups = Math.ceil(count / 64);
  const across = Math.min(workgroups, 65_535);
  return {
    scratch: { activations: 4 * count },
    passes: [
      {
        code: sums,
        constants: { COUNT: count, GROUP: group },
        bindings: ["a", "activations"],
        workgroups: [across, Math.ceil(workgroups / across)],
      },
      {
        code: products,
        constants: { M: m, N: n, GROUPS: k / group, GROUP: group },
        bindings: ["a", "w", "scales", "zeros", "out", "activations"],
        workgroups: [Math.ceil((m * n) / 64)],
      },
    ],
  };
};

export const variants: WrittenVariants<Names, never> = {
  honest: [
    {
      name: "w*scale - zero*scale",
      edits: [["(f32(code) - f32(zero)) * scale", "(f32(code) * scale - f32(zero) * scale)"]],
    },
    {
      name: "scale out of the sum",
      edits: groupwise("var dots = 0.0;", "dots += a[row * K + i] * (f32(code) - f32(zero));", "sum += dots * scale;"),
    },
    {
      name: "zero point out of the sum",
      edits: groupwise(
        "var dots = 0.0;\n    var activations = 0.0;",
        "dots += a[row * K + i] * f32(code);\n      activations += a[row * K + i];",
        "sum += (dots - f32(zero) * activations) * scale;",
      ),
    },
    {
      name: "both parts of each group added to one sum, fused",
      ownSkeleton: true,
      edits: groupwise(
        "var dots = 0.0;\n    var activations = 0.0;",
        "dots = fma(a[row * K + i], f32(code), dots);\n      activations += a[row * K + i];",
        "sum = fma(dots, scale, sum);\n    sum = fma(-(f32(zero) * scale), activations, sum);",
      ),
    },
    { name: "sums of activations in a separate pass", ownSkeleton: true, plan: activationSumsFirst },
  ],
  imprecise: [
    { name: "activations rounded to f16", edits: [["a[row * K + i]", "quantizeToF16(a[row * K + i])"]] },
    {
      name: "weights rounded to f16",
      edits: [["(f32(code) - f32(zero)) * scale", "quantizeToF16((f32(code) - f32(zero)) * scale)"]],
    },
  ],
};
