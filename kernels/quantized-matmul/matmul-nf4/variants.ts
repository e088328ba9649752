import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { TERM } from "./task.ts";

/** A block's sum of products, and what follows it. */
const blockwise = (after: string): readonly Edit[] => [
  ["for (var i = 64u * own;", "var dots = 0.0;\n    for (var i = 64u * own;"],
  [`${TERM}\n    }`, `dots += a[row * K + i] * NF4[code];\n    }\n    ${after}`],
];

export const variants: WrittenVariants<"m" | "n" | "k", never> = {
  honest: [
    { name: "absmax out of the sum", edits: blockwise("sum = fma(dots, block_absmax, sum);") },
    {
      name: "absmax_offset out of the sum",
      ownSkeleton: true,
      edits: [
        ["var sum = 0.0;", "var all = 0.0;\n  var sum = 0.0;"],
        ...blockwise("all += dots;\n    sum += dots * f32(byte) * absmax_scale[block / 256u];"),
        ["= sum;", "= absmax_offset[0] * all + sum;"],
      ],
    },
  ],
};
