import { editedPlan } from "../../../harness/task/edits.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import task from "./task.ts";

const MAXIMUM = "c = 1u; c < COLS; c++) {\n    maximum = max(maximum, x[start + c]);\n  }";
const SUM = "c = 0u; c < COLS; c++) {\n    sum += exp(x[start + c] - maximum);\n  }";

/** One workgroup of 4 lanes, the smallest subgroup size, for a row. */
const inSubgroups = editedPlan(
  task.plain,
  ["override ROWS", "enable subgroups;\noverride ROWS"],
  ["@workgroup_size(64)", "@workgroup_size(4)"],
  [
    "global_invocation_id) id: vec3u",
    "workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32",
  ],
  ["id.x", "group.x + group.y * groups.x"],
  [MAXIMUM, `${MAXIMUM.replace("1u", "lane").replace("c++", "c += 4")}\n  maximum = subgroupMax(maximum);`],
  [SUM, `${SUM.replace("0u", "lane").replace("c++", "c += 4")}\n  sum = subgroupAdd(sum);`],
  ["c = 0u; c < COLS; c++) {\n    y", "c = lane; c < COLS; c += 4) {\n    y"],
);
const subgroups: PlanFunction<"rows" | "cols", never> = (context) => ({
  passes: inSubgroups(context).passes.map((pass) => ({
    ...pass,
    workgroups: spread(context.shape.rows, context.device),
  })),
  requires: ["subgroups"],
});

export const variants: WrittenVariants<"rows" | "cols", never> = {
  honest: [
    {
      name: "online",
      ownSkeleton: true,
      edits: [
        [`for (var ${MAXIMUM}`, ""],
        [
          "sum += exp(x[start + c] - maximum);",
          "let larger = max(maximum, x[start + c]);\n    sum = fma(sum, exp(maximum - larger), exp(x[start + c] - larger));\n    maximum = larger;",
        ],
      ],
    },
    {
      name: "through the logarithm of the sum",
      edits: [["= exp(x[start + c] - maximum) / sum", "= exp(x[start + c] - (maximum + log(sum)))"]],
    },
    { name: "subgroups", ownSkeleton: true, plan: subgroups },
  ],
};
