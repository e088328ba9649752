import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { indicesOf, notNegative } from "../../../harness/task/constraints.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { maximumMistakes, reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import * as rows from "../../../harness/task/row-data.ts";
import { anyOf, concat, logSumExp, mul, pow, softmax, sub, sum } from "../../../reference/bounded.ts";
import online from "../../software/online-softmax.wgsl";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

/** The largest magnitude of a logit. */
const LARGEST = 10_000;

const rowwise =
  (draw: rows.DrawRow): DrawInputs<"n" | "classes", "gamma"> =>
  (random, { n, classes }) =>
    rows.targeted(draw)(random, { rows: n, classes }, {});

const TENSORS = ["logits", "targets", "loss"];

export default composeTask({
  name: "focal-loss",
  family: "losses",
  title: "Focal loss",
  step: {
    track: "losses",
    level: 2,
    teaches: "stable probabilities of sure predictions",
    questions: [31, 40],
  },
  statement: `Compute a classifier's focal loss for the target class \`t = targets[i]\` of every row of \`logits\`:

    p[i]    = exp(logits[i,t]) / sum over c of exp(logits[i,c])
    loss[i] = -(1 - p[i])^gamma · log(p[i])

With \`gamma\` = 0 it is the cross-entropy, for every p. Logits may be large (see below), so subtract the row's maximum
before \`exp\`. Predictions may be as good as certain, right or wrong: the loss remains finite, even where p or 1 - p
rounds to 0. There is no weight for the classes (the paper's alpha).`,
  example: {
    shape: { n: 2, classes: 2 },
    params: { gamma: 2 },
    inputs: { logits: [0, 0, Math.log(3), 0], targets: [1, 0] },
  },
  hints: [
    "Compute -log(p) as m + log(sum of exp(z - m)) - z[t], with m the row's maximum, not as the logarithm of a quotient.",
    "Add the exponentials of all classes but the target's: divided by the whole sum, they are 1 - p without a cancellation.",
    "Treat gamma = 0 separately: WGSL does not determine pow(0, 0), and pow of a negative number is not defined.",
    "Compute maximum and sum in one pass over the row: when the maximum grows, rescale the sum (online softmax).",
    "Share a long row in one workgroup: each invocation takes every 64th class, then a tree in workgroup memory reduces.",
  ],
  shape: { n: "rows, each with its own loss", classes: "logits in a row" },
  params: { gamma: ["how much less sure predictions count", 2, 0, 5, 1, 0.5] },
  inputs: {
    logits: { dims: ["n", "classes"], about: "unnormalised log-probabilities", range: [-LARGEST, LARGEST] },
    targets: { type: "u32", dims: ["n"], about: "target class of each row, counted from 0" },
  },
  outputs: { loss: { dims: ["n"], about: "the loss of each row" } },
  unit: ["n"],
  constraints: [notNegative("gamma"), indicesOf("targets", "classes")],
  reference({ logits, targets }, { gamma, classes }) {
    const target = targets.values[0]!;
    const shares = softmax(logits);
    const others = concat(shares.slice(0, target), shares.slice(target + 1, classes - target - 1));
    const miss = classes === 1 ? sub(1, shares) : anyOf(sum(others), sub(1, shares.at(target)));
    return { loss: mul(pow(miss, gamma), sub(logSumExp(logits), logits.at(target))) };
  },
  cases: rowCases("n", "classes", { wide: ["plain", "spike"], whole: ["plain", "sure"] }),
  data: {
    plain: ["independent normal logits around 1", rowwise(rows.independent(1, 2))],
    offset: [
      "rows as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
      rowwise(rows.farFromZero(LARGEST)),
    ],
    confident: ["the target's logit dominates", rowwise(rows.confident)],
    spike: ["a few classes other than the target's hold most of the sum", rowwise(rows.spikes)],
    sure: [
      "predictions so sure that p or 1 - p rounds to 0, correct and wrong ones",
      rowwise((random, { turn, target, special }) => {
        // Half of the rows are wrong: those alone have a loss that exceeds rounding errors by far.
        const isWrong = turn % 4 < 2;
        const height = turn % 4 === 3 ? random.uniform(9, 20) : random.uniform(200, 250);
        const winner = isWrong ? special : target;
        return (c) => random.normal(0, 0.5) + (c === winner ? height : 0);
      }),
    ],
  },
  flops: ({ n, classes }) => 4 * n * classes,
  mistakes: [
    {
      name: "gamma-ignored",
      about: "the cross-entropy is not weighted by (1 - p)^gamma",
      hint: "Multiply the cross-entropy by pow(1 - p, GAMMA).",
      edits: [["= focus * (", "= ("]],
    },
    {
      name: "p-instead-of-one-minus-p",
      about: "p^gamma is used instead of (1 - p)^gamma",
      hint: "Raise 1 - p, the share of all other classes, to gamma: sure predictions must count less.",
      edits: [["let miss = others / sum", "let miss = exp(own - maximum) / sum"]],
    },
    {
      name: "factor-instead-of-power",
      about: "1 - p is multiplied by gamma instead of raised to it",
      hint: "Use pow(1 - p, GAMMA).",
      edits: [["select(pow(miss, GAMMA), 1.0, GAMMA == 0.0)", "GAMMA * miss"]],
    },
    {
      name: "weighted-by-a-quarter",
      about: "the loss is multiplied by 0.25, the paper's alpha",
      hint: "Omit alpha: this task has no weight for the classes.",
      edits: [["= focus * (", "= 0.25 * focus * ("]],
    },
    {
      name: "wrong-sign",
      about: "the loss has the wrong sign",
      hint: "Multiply by -log(p): a loss is never negative.",
      edits: [["= focus * (", "= -focus * ("]],
    },
    ...maximumMistakes({ end: "CLASSES", row: "logits", start: "start" }),
    ...reductionMistakes({
      variable: "c",
      end: "CLASSES",
      body: "if (c != targets[row])",
      makes: "the sum of exponentials",
      tiles: [16, 64, 256],
    }),
  ],
  plain: { code: plain, invocationFor: ["n"] },
  tuned: {
    // One invocation takes one row, without the barriers that cost a software adapter more than the work.
    software: invocationPerRow(
      [tunedOnSoftware, online, declarationsOf(plain)].join("\n"),
      { rows: "n", columns: ["classes"] },
      TENSORS,
    ),
    hardware({ shape: { n, classes }, params: { gamma }, device }) {
      const { lanes, workgroups } = lanesFor(n, classes, device);
      return {
        passes: [
          {
            code: tuned,
            constants: { N: n, CLASSES: classes, GAMMA: gamma, LANES_PER_ROW: lanes },
            bindings: TENSORS,
            workgroups,
          },
        ],
      };
    },
  },
});
