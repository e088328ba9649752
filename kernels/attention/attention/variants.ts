import { onDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { editedPlan } from "../../../harness/task/edits.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import flashAttention from "../flash-attention/task.ts";
import { limitedMaxima, scalings, score, softmaxes, unseenOnSoftware } from "../score-variants.ts";
import { tuned } from "./tuned.ts";

/** Scores of hidden keys are computed and changed, instead of left out. */
const hidden = (changed: string): Edit[] => [
  [" || key >= visible(row)", ""],
  [score(), changed],
  ["start + visible(row);", "start + KEYS;"],
  ["let count = visible(row);", "let count = KEYS;"],
];

const hardware = onDeviceKind("hardware", tuned);

/** Every subgroup contributes its maximum and its sum to the trees, where a row has a workgroup to itself. */
const subgroups: PlanFunction<AttentionShape, "causal"> = (context) => {
  const { queries, keys } = context.shape;
  if (Math.min(queries, keys) < 32 || keys < 256) return hardware(context);
  const onSubgroups = editedPlan(
    hardware,
    ["override HEADS", "enable subgroups;\noverride HEADS"],
    [
      "let whole = combined(own, index);",
      `let top = subgroupMax(own.maximum);
  let sum = subgroupAdd(own.sum * exp(own.maximum - top));
  let whole = combined(Partial(top, select(0.0, sum, subgroupElect())), index);`,
    ],
  );
  return { ...onSubgroups(context), requires: ["subgroups"] };
};

export const variants: WrittenVariants<AttentionShape, "causal"> = {
  honest: [
    ...softmaxes,
    ...scalings([["exp(p", "exp2(p"]]),
    { name: "without a score matrix", ownSkeleton: true, plan: flashAttention.plain },
    { name: "without a score matrix, by tiles", ownSkeleton: true, plan: flashAttention.tuned },
    { name: "subgroups", plan: subgroups },
    { name: "hidden keys scored -1e30", edits: hidden(`select(-1e30, ${score()}, key < visible(row))`) },
  ],
  unseen: unseenOnSoftware,
  limited: [
    ...limitedMaxima,
    ...["-160.0", "-300.0", `${score()} - 500.0`].map((other) => ({
      name: `hidden keys scored ${other}`,
      edits: hidden(`select(${other}, ${score()}, key < visible(row))`),
    })),
    { name: "scores up to 290", edits: [[score(), `min(${score()}, 290.0)`]] },
  ],
};
