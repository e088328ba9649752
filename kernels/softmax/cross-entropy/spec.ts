import { finite } from "../../../harness/task/constraints.ts";
import type { CheckShape, TaskSpec } from "../../../harness/task/task.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { LARGEST, LARGEST_SUM, MASKED } from "./data.ts";

type Check = CheckShape<"rows" | "classes", "smoothing">;

/** The usual 0.1, rounded to f32. */
const TENTH = Math.fround(0.1);
const SMOOTHED = ["plain", "offset", "confident", "spike", "steep", "sunk"];
const UNSMOOTHED = ["plain", "offset", "confident", "spike", "steep", "masked"];

function check(
  group: string,
  rows: number,
  classes: number,
  smoothing: number,
  data: readonly string[] = ["plain"],
): Check {
  return { shape: { rows, classes }, params: { smoothing }, group, data };
}

function rowSums({ shape: { classes }, params: { smoothing }, inputs }: Problem<"rows" | "classes", "smoothing">) {
  if (smoothing === 0) return [];
  const logits = inputs.logits!;
  const sums = new Float64Array(logits.length / classes);
  for (let at = 0; at < logits.length; at++) sums[Math.floor(at / classes)]! += logits[at]!;
  return sums;
}

export const spec: TaskSpec<"rows" | "classes", "smoothing"> = {
  name: "cross-entropy",
  family: "softmax",
  title: "Cross-entropy with label smoothing",
  statement: `For every row of \`logits\`, compute a classifier's loss for the row's target class \`t = targets[r]\`:

    lse[r]  = log(sum over c of exp(logits[r,c]))
    loss[r] = (1 - smoothing) * (lse[r] - logits[r,t])
            + smoothing * (mean over c of (lse[r] - logits[r,c]))

This is PyTorch's \`cross_entropy(reduction="none", label_smoothing=smoothing)\`: with \`smoothing\` above 0, that share of
the target probability is spread evenly over all classes, including the target's. Every row has its own loss.

Masked logits are -1e30 (never the target's, and only if \`smoothing\` is 0), and all others may be large (see below):
subtract the row's maximum before \`exp\`, and add it back after \`log\`. There may be tens of thousands of classes, and
more rows than a dispatch allows workgroups in one dimension (65,535). The probabilities must not be stored: scratch is
limited to 64 bytes a row and 16 KiB.`,
  hints: [
    "Use log(sum of exp(z)) = m + log(sum of exp(z - m)), with m the row's maximum.",
    "Reduce a row to three numbers besides the target's logit: the maximum, the sum of exp and the sum of logits.",
    "Compute all three in one pass over the row: when the maximum grows, rescale the sum (online softmax).",
    "Share a long row in one workgroup: each invocation takes every 64th class, then a tree in workgroup memory reduces.",
    "With few rows of many classes, split rows into parts for several workgroups, and join the parts in a second pass.",
  ],
  shape: { rows: "rows, each with its own loss", classes: "logits in a row" },
  params: { smoothing: "share of the probability that is spread over all classes, from 0 to 1" },
  inputs: [
    { name: "logits", type: "f32", dims: ["rows", "classes"], about: "unnormalised log-probabilities" },
    { name: "targets", type: "u32", dims: ["rows"], about: "target class of each row, counted from 0" },
  ],
  outputs: [{ name: "loss", type: "f32", dims: ["rows"], about: "the loss of each row" }],
  ranges: [
    {
      of: "`logits`, except masked ones",
      least: -LARGEST,
      most: LARGEST,
      values: ({ inputs }) => inputs.logits!.filter((logit) => logit > MASKED),
    },
    {
      of: "the sum of a row's logits, with smoothing",
      least: -LARGEST_SUM,
      most: LARGEST_SUM,
      values: rowSums,
    },
  ],
  constraints: [
    {
      sentence: "`smoothing` is from 0 to 1.",
      of: "dimensions",
      holds: ({ params: { smoothing } }) => smoothing >= 0 && smoothing <= 1,
    },
    {
      sentence: "Each of `targets` is less than `classes`.",
      of: "inputs",
      holds: ({ shape, inputs }) => inputs.targets!.every((target) => target < shape.classes),
    },
    finite,
  ],
  checks: [
    check("tiny", 1, 1, 0),
    check("tiny", 3, 2, TENTH),
    check("odd sizes", 7, 13, 0, UNSMOOTHED),
    // At least as many rows as classes, so that every class has a tower; more classes than a workgroup's invocations.
    check("odd sizes", 263, 257, TENTH, ["plain", "steep"]),
    check("around a tile", 64, 15, 1),
    check("around a tile", 63, 17, 0),
    check("around a tile", 16, 65, 0, UNSMOOTHED),
    check("around a tile", 65, 64, 0.5),
    check("smoothing", 7, 13, TENTH, SMOOTHED),
    check("smoothing", 67, 1031, TENTH, ["plain", "offset"]),
    check("long rows", 3, 8209, 0, ["plain", "offset", "confident", "spike", "masked"]),
    check("long rows", 3, 8209, TENTH, ["sunk"]),
    check("many rows", 65_537, 3, TENTH),
  ],
  drawShape: (random) => ({
    shape: { rows: random.integer(8, 90), classes: random.integer(2, 600) },
    params: { smoothing: random.pick([0, TENTH, 0.25]) },
  }),
  measures: [
    { name: "small", shape: { rows: 512, classes: 256 }, params: { smoothing: TENTH } },
    { name: "medium", shape: { rows: 512, classes: 4096 }, params: { smoothing: TENTH } },
    { name: "large", shape: { rows: 256, classes: 32_000 }, params: { smoothing: TENTH } },
  ],
  scratchLimitBytes: ({ rows }) => 64 * rows + 16_384,
  flops: ({ rows, classes }, { smoothing }) => (smoothing === 0 ? 4 : 5) * rows * classes,
};
