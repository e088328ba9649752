import { withEdits } from "../../../harness/task/edits.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import plain from "./plain.wgsl";

type Names = "m" | "n" | "k";

const TERM = "sum += a[row * K + i] * NF4[code] * block_absmax;";
const VALUE = "a[row * K + i] * NF4[code]";

/** Statements before the loop over a block, for each term, and after the loop. */
const blockwise = (each: string, after: string): readonly Edit[] => [
  ["for (var i = 64u * own;", "var dots = 0.0;\n    for (var i = 64u * own;"],
  [`${TERM}\n    }`, `${each}\n    }\n    ${after}`],
];

const ABSMAX_BINDINGS = `
@group(0) @binding(2) var<storage, read> absmax: array<u32>;
@group(0) @binding(3) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(4) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(5)`;
const ABSMAX = `
    let byte = extractBits(i32(absmax[block / 4u]), 8u * (block % 4u), 8u);
    let block_absmax = absmax_offset[0] + f32(byte) * absmax_scale[block / 256u];`;

/** A first pass computes every block's absmax; the second reads them. */
const absmaxFirst: PlanFunction<Names, never> = ({ shape: { m, n, k } }) => {
  const first = `
override BLOCKS: u32;
@group(0) @binding(0) var<storage, read> absmax: array<u32>;
@group(0) @binding(1) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(2) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(3) var<storage, read_write> of_blocks: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let b = id.x + id.y * groups.x * 64u;
  if (b >= BLOCKS) { return; }
  let byte = extractBits(i32(absmax[b / 4u]), 8u * (b % 4u), 8u);
  of_blocks[b] = fma(f32(byte), absmax_scale[b / 256u], absmax_offset[0]);
}`;
  const edits: readonly Edit[] = [
    [ABSMAX_BINDINGS, "\n@group(0) @binding(2) var<storage, read> of_blocks: array<f32>;\n@group(0) @binding(3)"],
    [ABSMAX, ""],
    [TERM, "sum += NF4[code] * of_blocks[block] * a[row * K + i];"],
  ];
  const [second] = withEdits([plain], edits, "the second pass");
  const blocks = (n * k) / 64;
  const workgroups = Math.ceil(blocks / 64);
  const across = Math.min(workgroups, 65_535);
  return {
    scratch: { of_blocks: 4 * blocks },
    passes: [
      {
        code: first,
        constants: { BLOCKS: blocks },
        bindings: ["absmax", "absmax_scale", "absmax_offset", "of_blocks"],
        workgroups: [across, Math.ceil(workgroups / across)],
      },
      {
        code: second!,
        constants: { M: m, N: n, K: k },
        bindings: ["a", "w", "of_blocks", "out"],
        workgroups: [Math.ceil((m * n) / 64)],
      },
    ],
  };
};

export const variants: WrittenVariants<Names, never> = {
  honest: [
    { name: "absmax out of the sum", edits: blockwise(`dots += ${VALUE};`, "sum += dots * block_absmax;") },
    {
      name: "absmax out of the sum, fused",
      ownSkeleton: true,
      edits: blockwise("dots = fma(a[row * K + i], NF4[code], dots);", "sum = fma(dots, block_absmax, sum);"),
    },
    {
      name: "absmax_offset out of the sum",
      edits: [
        ["var sum = 0.0;", "var all = 0.0;\n  var sum = 0.0;"],
        ...blockwise(`dots += ${VALUE};`, "all += dots;\n    sum += dots * f32(byte) * absmax_scale[block / 256u];"),
        ["= sum;", "= absmax_offset[0] * all + sum;"],
      ],
    },
    { name: "absmax in a separate pass", ownSkeleton: true, plan: absmaxFirst },
  ],
  imprecise: [
    { name: "activations rounded to f16", edits: [["a[row * K + i]", "quantizeToF16(a[row * K + i])"]] },
    { name: "code book rounded to f16", edits: [["NF4[code]", "quantizeToF16(NF4[code])"]] },
    {
      name: "weights rounded to f16",
      edits: [[`${VALUE} * block_absmax`, "a[row * K + i] * quantizeToF16(NF4[code] * block_absmax)"]],
    },
  ],
};
