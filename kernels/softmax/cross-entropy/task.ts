import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { fraction, indicesOf } from "../../../harness/task/constraints.ts";
import { maximumMistakes, missingTerms, mistakes, UNKNOWN } from "../../../harness/task/mistake-library.ts";
import { rowTurns } from "../../../harness/task/places.ts";
import * as rows from "../../../harness/task/row-data.ts";
import { add, anyOf, div, logSumExp, mix, mul, sub, sum } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

/** The largest magnitude of a logit that is not masked. */
const LARGEST = 10_000;
/**
 * With smoothing, a row's logits are added up, in any order, and each addition may round by an ULP of the sum: with
 * more than 100 classes of large logits, the error would exceed the loss itself.
 */
const LARGEST_SUM = 1_000_000;
const MASKED = -1e30;

const SMOOTHED = ["plain", "offset", "confident", "spike", "steep", "sunk"];
const UNSMOOTHED = ["plain", "offset", "confident", "spike", "steep", "masked"];

function rowSums({ shape: { classes }, params: { smoothing }, inputs }: Problem<"rows" | "classes", "smoothing">) {
  if (smoothing === 0) return [];
  const logits = inputs.logits!;
  const sums = new Float64Array(logits.length / classes);
  for (let at = 0; at < logits.length; at++) sums[Math.floor(at / classes)]! += logits[at]!;
  return sums;
}

const LOSS = "(1.0 - SMOOTHING) * own + SMOOTHING * mean";

const OWN_LOGIT = "let own = lse - logits[start + targets[row]];";

/** The logit at another place. Outside the tensor, a kernel may read any number: none is predicted. */
function neighbour(index: string, outside: string): string {
  return `let at = start + targets[row];
  let own = lse - select(logits[${index}], ${UNKNOWN}, at == ${outside});`;
}

const HEAD = "let row = id.x;\n  if (row >= ROWS) {\n    return;\n  }";

export default composeTask({
  name: "cross-entropy",
  family: "softmax",
  title: "Cross-entropy with label smoothing",
  step: { track: "losses", level: 2, teaches: "logarithms of sums of exponentials", questions: [31, 45] },
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
  example: {
    shape: { rows: 2, classes: 3 },
    params: { smoothing: 0.25 },
    inputs: { logits: [0, Math.LN2, 0, 1000, 1000, 999], targets: [1, 2] },
  },
  shape: { rows: "rows, each with its own loss", classes: "logits in a row" },
  params: { smoothing: ["share of the probability that is spread over all classes, from 0 to 1", 0.1, 0, 0.25] },
  inputs: {
    logits: {
      dims: ["rows", "classes"],
      about: "unnormalised log-probabilities",
      range: [-LARGEST, LARGEST],
      except: [MASKED, "masked ones"],
    },
    targets: { type: "u32", dims: ["rows"], about: "target class of each row, counted from 0" },
  },
  outputs: { loss: { dims: ["rows"], about: "the loss of each row" } },
  unit: ["rows"],
  reference({ logits, targets }, { smoothing, classes }) {
    const target = targets.values[0]!;
    const lse = logSumExp(logits);
    const own = sub(lse, logits.at(target));
    // Kernels may stay in base 2 until the end.
    const converted = mul(mul(logits, Math.LOG2E), Math.LN2);
    if (smoothing.values[0] === 0) return { loss: anyOf(own, sub(lse, converted.at(target))) };
    const rest = sub(1, smoothing);
    const weight = div(smoothing, classes);
    const mean = sub(lse, div(sum(logits), classes));
    const ofDifferences = add(mul(rest, own), mul(weight, sum(sub(lse, converted))));
    const ofLogits = sub(lse, add(mul(rest, converted.at(target)), mul(weight, sum(converted))));
    return { loss: anyOf(mix(own, mean, smoothing), ofDifferences, ofLogits) };
  },
  ranges: [
    { of: "the sum of a row's logits, with smoothing", least: -LARGEST_SUM, most: LARGEST_SUM, values: rowSums },
  ],
  constraints: [fraction("smoothing"), indicesOf("targets", "classes")],
  cases: casesOf({
    axes: ["rows", "classes"],
    checks: [
      ["tiny", [1, 1], "plain", { smoothing: 0 }],
      ["tiny", [3, 2]],
      ["odd sizes", [7, 13], UNSMOOTHED, { smoothing: 0 }],
      // At least as many rows as classes, so that every class has a tower; more classes than a workgroup's invocations.
      ["odd sizes", [263, 257], ["plain", "steep"], { smoothing: 0.1 }],
      ["around a tile", [64, 15], "plain", { smoothing: 1 }],
      ["around a tile", [63, 17], "plain", { smoothing: 0 }],
      ["around a tile", [16, 65], UNSMOOTHED, { smoothing: 0 }],
      ["around a tile", [65, 64], "plain", { smoothing: 0.5 }],
      ["around a tile", [9, 227], "plain", { smoothing: 0 }],
      ["smoothing", [7, 13], SMOOTHED, { smoothing: 0.1 }],
      ["smoothing", [67, 1031], ["plain", "offset"], { smoothing: 0.1 }],
      ["long rows", [3, 8209], ["plain", "offset", "confident", "spike", "masked"], { smoothing: 0 }],
      ["long rows", [3, 8209], ["sunk"], { smoothing: 0.1 }],
      ["many rows", [65_537, 3], "plain", { smoothing: 0.1 }],
      ["around a tile", [18, 96], "plain", { smoothing: 0.5 }],
    ],
    draw: (random) => [random.integer(8, 90), random.integer(2, 600)],
    measures: { small: [512, 256], medium: [512, 4096], large: [256, 32_000] },
  }),
  data: {
    plain: [
      "independent normal logits around 1, targets uniform",
      (random, { rows, classes }) => ({
        logits: random.f32(rows * classes, () => random.normal(1, 2)),
        targets: Uint32Array.from(rowTurns(random, rows), (turn) =>
          turn < 2 ? turn * (classes - 1) : random.integer(0, classes - 1),
        ),
      }),
    ],
    offset: [
      "rows as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
      rows.targeted((random, row) => {
        const most = row.params.smoothing === 0 ? LARGEST : Math.min(LARGEST, LARGEST_SUM / row.cols);
        return rows.farFromZero(most)(random, row);
      }),
    ],
    confident: [
      "the target's logit dominates, so the loss is the remainder of a difference",
      rows.targeted(rows.confident),
    ],
    spike: [
      "a few classes other than the target's hold most of the sum, different ones in each row",
      rows.targeted(rows.spikes),
    ],
    steep: [
      "one logit, a different one in each row, towers over the others: exp overflows unless it is the maximum",
      rows.targeted(rows.steep),
    ],
    sunk: [
      "one logit is thousands below the others: it affects only the mean of smoothing",
      rows.targeted(rows.sunk(LARGEST)),
    ],
    masked: [
      "rows masked by -1e30 except at the target, at their beginning, at their end, or at scattered places; without smoothing",
      rows.targeted(rows.masked(MASKED)),
    ],
  },
  scratchLimitBytes: ({ rows }) => 64 * rows + 16_384,
  flops: ({ rows, classes }, { smoothing }) => (smoothing === 0 ? 4 : 5) * rows * classes,
  mistakes: [
    ...maximumMistakes({ end: "CLASSES", row: "logits", start: "start" }),
    ...mistakes({
      "smoothing-ignored": [
        "`smoothing` is not used",
        "Mix in the mean over all classes: (1 - smoothing) * (lse - logits[t]) + smoothing * mean(lse - logits).",
        [LOSS, "own"],
      ],
      "smoothing-over-the-others": [
        "the smoothed share is spread only over the other classes, not over the target's too",
        "Give every class smoothing / classes, including the target's: its total is 1 - smoothing + smoothing / classes.",
        [LOSS, "(1.0 - SMOOTHING) * own + SMOOTHING * (f32(CLASSES) * mean - own) / max(1.0, f32(CLASSES) - 1.0)"],
      ],
      "smoothing-added": [
        "the smoothed part is added without taking its share from the target's",
        "Weight the target's part by 1 - smoothing, so that the weights of all classes add up to 1.",
        [LOSS, "own + SMOOTHING * mean"],
      ],
      "smoothing-swapped": [
        "`smoothing` and `1 - smoothing` are swapped",
        "Weight the target's part by 1 - smoothing, and the mean over all classes by smoothing.",
        [LOSS, "SMOOTHING * own + (1.0 - SMOOTHING) * mean"],
      ],
      "smoothing-over-the-sum": [
        "the smoothed part is the sum over the classes instead of their mean",
        "Divide the sum of lse - logits[c] by the number of classes.",
        [LOSS, "(1.0 - SMOOTHING) * own + SMOOTHING * mean * f32(CLASSES)"],
      ],
      "wrong-sign": [
        "the loss has the wrong sign",
        "Compute lse - logit, not logit - lse: a loss is never negative.",
        [LOSS, `-(${LOSS})`],
      ],
      "mean-without-last-class": [
        "the last class is missing from the mean of the logits",
        "Loop while c < CLASSES: the loop that adds up the logits ends one too early.",
        ["total += logits[start + c];", "total += select(0.0, logits[start + c], c < CLASSES - 1);"],
      ],
      "target-one-too-high": [
        "the logit after the target's is used",
        "Read the target's logit at r * classes + targets[r]: targets count from 0.",
        [OWN_LOGIT, neighbour("at + 1", "ROWS * CLASSES - 1")],
      ],
      "target-one-too-low": [
        "the logit before the target's is used",
        "Read the target's logit at r * classes + targets[r]: targets count from 0, not from 1.",
        [OWN_LOGIT, neighbour("at - 1", "0")],
      ],
      "mean-over-rows": [
        "every row gets the mean of all rows' losses",
        'Write loss[r] without any sum over rows: every row has its own loss, as with reduction="none".',
        [HEAD, "if (id.x >= ROWS) { return; }\n  var losses = 0.0;\n  for (var row = 0u; row < ROWS; row++) {"],
        ["loss[row] =", "losses +="],
        ["* mean;", "* mean;\n  }\n  loss[id.x] = losses / f32(ROWS);"],
      ],
      "maximum-not-added-back": [
        "the maximum subtracted before exp is not added back after log",
        "Add the maximum: log(sum of exp(z)) is m + log(sum of exp(z - m)).",
        ["= maximum + log(sum)", "= log(sum)"],
      ],
      "logarithm-of-base-two": [
        "the logarithm of the sum has base 2",
        "Use log(x), or log2(x) * 0.693147181, where the factor is ln(2): log2(x) has base 2.",
        ["log(sum)", "log2(sum)"],
      ],
      "power-of-two": [
        "2 is raised to the power instead of e",
        "Use exp(x) for e^x, or exp2(x * 1.44269504), where the factor is log2(e): exp2(x) is 2^x.",
        ["exp(", "exp2("],
      ],
    }),
    ...missingTerms({
      statement: "sum += exp(logits[start + c] - maximum);",
      variable: "c",
      end: "CLASSES",
      tiles: [4, 16, 32, 64, 256],
    }),
  ],
  plain: { code: plain, invocationFor: ["rows"] },
  tuned,
});
