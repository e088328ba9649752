import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { indicesOf } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import * as rows from "../../../harness/task/row-data.ts";
import plain from "./plain.wgsl";
import { calibration } from "./reference.ts";
import tuned from "./tuned.wgsl";

/** The largest magnitude of a logit. */
const LARGEST = 100;
const MOST_BINS = 64;
const LANES = 64;
const MOST_PARTS = 256;
/** Rows that make a part worth joining: a software adapter has few cores. */
const ROWS_OF_A_PART = { software: 1024, hardware: LANES };
/** So many predictions are correct, whatever their confidence: gaps have both signs. */
const ACCURACY = 0.6;

/** Rows of logits, and targets that are the prediction with one probability for all. */
const classified =
  (draw: rows.DrawRow): DrawInputs<"n" | "classes", "temperature" | "bins"> =>
  (random, { n, classes }) => {
    const drawn = rows.targeted(draw)(random, { rows: n, classes }, {});
    const logits = drawn.logits.map((logit) => Math.min(Math.max(logit, -LARGEST), LARGEST));
    const targets = Uint32Array.from({ length: n }, (_, i) => {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      return random.uniform() < ACCURACY
        ? row.indexOf(row.reduce((a, b) => Math.max(a, b)))
        : random.integer(0, classes - 1);
    });
    return { logits, targets };
  };

export default composeTask({
  name: "calibration",
  family: "losses",
  title: "Calibration error with temperature",
  step: {
    track: "statistics",
    level: 4,
    teaches: "sums by bin, and comparisons at the edges of bins",
    questions: [38],
  },
  statement: `Evaluate a classifier's probabilities after temperature scaling: the mean negative log-likelihood of the targets, and the
expected calibration error.

    p[i,c]        = softmax over c of logits[i,c] / temperature
    nll[0]        = mean over i of -log(p[i,targets[i]])
    confidence[i] = max over c of p[i,c]
    correct[i]    = 1 if the class with the largest logit is targets[i], else 0
    bin[i]        = min(floor(confidence[i] · bins), bins - 1)
    ece[0]        = sum over b of |sum over the i with bin[i] = b of (correct[i] - confidence[i])| / n

Of equal logits, the one with the lower index is the prediction. A confidence so close to an edge that f32 cannot decide
may be counted on either side. Subtract the row's maximum before \`exp\`, as logits may be large.`,
  example: {
    shape: { n: 3, classes: 2 },
    params: { temperature: 1, bins: 10 },
    inputs: { logits: [0, Math.log(4), 0, Math.log(4), Math.log(3), 0], targets: [1, 0, 0] },
  },
  hints: [
    "One workgroup is enough for a correct kernel: each invocation adds up its rows' gaps in an array of bins of its own.",
    "The sign of a gap counts: add correct - confidence over a whole bin before taking abs.",
    "The confidence is 1 / sum of exp((z - m) / temperature), with m the row's maximum; it may be exactly 1.",
    "Let many workgroups take a part of the rows each, write a sum for each bin to scratch, and add those in a second pass.",
  ],
  shape: { n: "rows", classes: "logits in a row" },
  params: {
    temperature: ["by which logits are divided", 1.5, 0.5, 1, 4],
    bins: ["bins of equal width from 0 to 1", 10, 15, 7],
  },
  inputs: {
    logits: { dims: ["n", "classes"], about: "unnormalised log-probabilities", range: [-LARGEST, LARGEST] },
    targets: { type: "u32", dims: ["n"], about: "target class of each row, counted from 0" },
  },
  outputs: {
    nll: { dims: ["1"], about: "mean negative log-likelihood" },
    ece: { dims: ["1"], about: "expected calibration error" },
  },
  unit: [],
  constraints: [
    {
      sentence: "`temperature` is from 0.1 to 10.",
      of: "dimensions",
      holds: ({ params: { temperature: t } }) => t >= Math.fround(0.1) && t <= 10,
    },
    {
      sentence: "`bins` is an integer from 1 to 64.",
      of: "dimensions",
      holds: ({ params: { bins } }) => Number.isInteger(bins) && bins >= 1 && bins <= MOST_BINS,
    },
    indicesOf("targets", "classes"),
  ],
  reference: calibration,
  cases: casesOf({
    axes: ["n", "classes"],
    checks: [
      ["tiny", [1, 2]],
      ["tiny", [2, 3]],
      ["odd sizes", [97, 5], ["plain", "offset", "sure", "edges"], { temperature: 1, bins: 10 }],
      ["odd sizes", [263, 13], ["plain", "ties"]],
      ["odd sizes", [1013, 7]],
      ["odd sizes", [1013, 7], ["plain"], { temperature: 1.5, bins: MOST_BINS }],
      ["odd sizes", [97, 5], ["plain"], { temperature: 1.5, bins: 1 }],
      ["around a tile", [63, 17], ["plain", "offset", "sure"]],
      ["around a tile", [64, 15]],
      ["around a tile", [65, 16], ["plain", "ties"]],
      ["around a tile", [129, 65]],
      ["long rows", [5, 8209]],
      ["many rows", [65_537, 3]],
    ],
    draw: (random) => [random.integer(20, 600), random.integer(3, 60)],
    measures: { small: [4096, 16], medium: [16_384, 64], large: [65_536, 128] },
  }),
  data: {
    plain: ["confidences of all sizes, of which six in ten are correct", classified(rows.independent(1, 3))],
    offset: [
      "rows as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
      classified(rows.farFromZero(LARGEST)),
    ],
    sure: [
      "predictions so sure that confidences round to 1",
      classified((random, { special, turn }) => {
        const height = turn % 2 === 0 ? 80 : random.uniform(2, 6);
        return (c) => random.normal(0, 0.5) + (c === special ? height : 0);
      }),
    ],
    ties: ["rows of only two values, so that many share the largest", classified(rows.twoValues)],
    edges: [
      "two confidences are so close to the edge of a bin that they may be counted on either side",
      classified((random, { cols, turn, special }) => {
        const second = (special + 1) % cols;
        if (turn < 2) return (c) => (c === special || c === second ? 50 : -50);
        return () => random.normal(1, 2);
      }),
    ],
  },
  scratchLimitBytes: ({ n }) => 4 * (MOST_PARTS * (MOST_BINS + 1) + 2 * n),
  flops: ({ n, classes }) => 5 * n * classes,
  mistakes: [
    ...mistakes({
      "absolute-gap-of-each-row": [
        "the absolute gap of each row is added, not that of each bin",
        "Add correct - confidence over a bin before taking abs: gaps of both signs cancel.",
        ["select(0.0, 1.0, is_correct) - confidence", "abs(select(0.0, 1.0, is_correct) - confidence)"],
      ],
      "gaps-of-all-bins-added": [
        "the absolute value of the sum over all bins is taken",
        "Take abs of each bin's sum before you add the bins.",
        ["error += abs(sumOfLanes(gaps[bin], lane))", "error += sumOfLanes(gaps[bin], lane)"],
        ["ece[0] = error /", "ece[0] = abs(error) /"],
      ],
      "ten-bins": [
        "there are always ten bins",
        "Multiply the confidence by BINS: it may differ from 10.",
        ["min(u32(confidence * BINS), u32(BINS) - 1)", "min(u32(confidence * 10.0), 9u)"],
        ["bin < u32(BINS)", "bin < 10"],
      ],
      "bins-rounded": [
        "the bin is rounded to the nearest instead of down",
        "Use floor: bin b holds confidences from b / bins up to (b + 1) / bins.",
        ["u32(confidence * BINS)", "u32(round(confidence * BINS))"],
      ],
      "sure-ones-left-out": [
        "confidences that are exactly 1 are in no bin",
        "Count a confidence of 1 in the last bin: take min(…, BINS - 1).",
        ["min(u32(confidence * BINS), u32(BINS) - 1)", "u32(confidence * BINS)"],
      ],
      "temperature-ignored": [
        "logits are not divided by the temperature",
        "Divide logits by TEMPERATURE before the softmax.",
        ["exp((logits[start + c] - maximum) / TEMPERATURE)", "exp(logits[start + c] - maximum)"],
        ["(own - maximum) / TEMPERATURE", "(own - maximum)"],
      ],
      "multiplied-by-temperature": [
        "logits are multiplied by the temperature",
        "Divide logits by TEMPERATURE: a high one makes predictions less sure.",
        ["exp((logits[start + c] - maximum) / TEMPERATURE)", "exp((logits[start + c] - maximum) * TEMPERATURE)"],
        ["(own - maximum) / TEMPERATURE", "(own - maximum) * TEMPERATURE"],
      ],
      "last-of-equals": [
        "of equal logits, the one with the higher index is the prediction",
        "Replace the prediction only by a logit that is greater: `>`, not `>=`.",
        ["logits[start + c] > logits[start + prediction]", "logits[start + c] >= logits[start + prediction]"],
      ],
      "maximum-not-subtracted": [
        "the row's maximum is not subtracted before exp",
        "Subtract the row's maximum before exp, which overflows above 88.7.",
        ["let maximum = logits[start + prediction];", "let maximum = 0.0;"],
        ["let confidence = 1.0 / sum;", "let confidence = exp(logits[start + prediction] / TEMPERATURE) / sum;"],
      ],
      "mean-over-bins": [
        "the error is divided by the number of bins",
        "Divide the sum of the bins' gaps by N: a bin counts by its rows.",
        ["ece[0] = error / f32(N)", "ece[0] = error / f32(N) / BINS"],
      ],
      "likelihood-summed": [
        "the negative log-likelihood is not divided by the number of rows",
        "Divide the sum of the losses by N.",
        ["nll[0] = all_losses / f32(N)", "nll[0] = all_losses"],
      ],
    }),
    ...axisMistakes({
      element: "row",
      variable: "i",
      end: "N",
      fate: "omitted",
      tiles: [16, 64],
      stopAt: (end) => [["i < N;", `i < ${end};`]],
    }),
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned({ shape: { n, classes }, params: { temperature, bins }, device }) {
    const parts = Math.min(MOST_PARTS, Math.ceil(n / ROWS_OF_A_PART[device.kind]));
    return {
      scratch: { parts: 4 * parts * (bins + 1) },
      passes: [
        {
          code: tuned,
          entryPoint: "addParts",
          constants: { N: n, CLASSES: classes, SCALE: 1 / temperature, BINS: bins },
          bindings: ["logits", "targets", "parts"],
          workgroups: [parts],
        },
        {
          code: tuned,
          entryPoint: "finish",
          constants: { N: n, BINS: bins, PARTS: parts },
          bindings: ["parts", "nll", "ece"],
          workgroups: [1],
        },
      ],
    };
  },
});
