import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import type { Constraint } from "../../../harness/task/task.ts";
import { anyOf, bisectLeft, bisectRight, div, integers, mean } from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

const LANES = 256;
const COUNTS_BYTES = 32;
/** The largest magnitude of a score. */
const LARGEST = 1e6;

/** Labels in random order, of which both occur, and a score for each. */
const labelled =
  (share: number, score: (random: Random, label: number) => number): DrawInputs<"n", "threshold"> =>
  (random, { n }) => {
    const positives = Math.min(Math.max(Math.round(share * n), 1), n - 1);
    const labels = Uint32Array.from(random.shuffled(Array.from({ length: n }, (_, i) => (i < positives ? 1 : 0))));
    return { labels, scores: random.f32(n, (_, i) => score(random, labels[i]!)) };
  };

const bothLabels: Constraint<string, string> = {
  sentence: "Each of `labels` is 0 or 1, and both occur.",
  of: "inputs",
  holds({ inputs }) {
    const found = new Set(inputs.labels!);
    return found.size === 2 && found.has(0) && found.has(1);
  },
};

export default composeTask({
  name: "roc-auc",
  family: "losses",
  title: "Area under the ROC curve",
  step: { track: "statistics", level: 4, teaches: "ranks, ties, counting pairs without rounding", questions: [3] },
  statement: `Evaluate a binary classifier: the area under its ROC curve, and its confusion matrix at a threshold.

    auc[0]    = (pairs won + half of the ties) / all pairs
    confusion = [tp, fp, fn, tn], a score >= threshold is a positive prediction

A pair is a score with label 1 and a score with label 0. It is won if the first is greater, and a tie if both are equal.
There may be many ties. Count in integers, which is exact: a win as 2, a tie as 1. An area below ½ stays as it is.`,
  example: {
    shape: { n: 5 },
    params: { threshold: 0.5 },
    inputs: { scores: [0.8, 0.5, 0.5, 0.25, 0.1], labels: [1, 1, 0, 0, 1] },
  },
  hints: [
    "Comparing each score with label 1 to all those with label 0 is right, and fast enough at this size.",
    "Count two for a win and one for a tie in a u32, and divide once, by 2 · positives · negatives.",
    "Let many workgroups count, each a part of the scores against tiles in workgroup memory, and add the parts in a second pass.",
    "Sorted scores need no pairs: a group of equal scores wins against the negatives below it, and ties with its own.",
  ],
  shape: { n: "scores" },
  params: { threshold: ["the least score of a positive prediction", 0.25, 0, -0.5, 1] },
  inputs: {
    scores: { dims: ["n"], about: "scores of a classifier", range: [-LARGEST, LARGEST] },
    labels: { type: "u32", dims: ["n"], about: "1 for positives, 0 for negatives" },
  },
  outputs: {
    auc: { dims: ["1"], about: "area under the ROC curve" },
    confusion: { type: "u32", dims: ["4"], about: "true positives, false positives, false negatives, true negatives" },
  },
  unit: [],
  constraints: [atMost("n", 8192), bothLabels],
  reference({ scores, labels }, { threshold }) {
    const ofLabel = (label: number) => scores.values.filter((_, i) => labels.values[i] === label);
    const [negatives, positives] = [ofLabel(0).sort(), ofLabel(1)];
    const halves = positives.map((score) => bisectLeft(negatives, score) + bisectRight(negatives, score));
    const above = (values: Float64Array) => values.filter((score) => score >= threshold.values[0]!).length;
    const [tp, fp] = [above(positives), above(negatives)];
    const [pairs, all] = [positives.length * negatives.length, halves.reduce((sum, count) => sum + count, 0)];
    // As one quotient of counts, which the conversion to f32 may round; or as the mean of each positive's share.
    const quotient = div(scores.exactly(all / 2), scores.exactly(pairs));
    const shares = div(scores.exactly(...halves), 2 * negatives.length);
    return {
      auc: anyOf(quotient, mean(shares)),
      confusion: integers([tp, fp, positives.length - tp, negatives.length - fp]),
    };
  },
  cases: casesOf({
    axes: ["n"],
    checks: [
      ["tiny", [2]],
      ["tiny", [3]],
      ["odd sizes", [97], "all"],
      ["odd sizes", [1013], "all"],
      ["around a tile", [15]],
      ["around a tile", [16]],
      ["around a tile", [17]],
      ["around a tile", [63]],
      ["around a tile", [64]],
      ["around a tile", [65], "all"],
      ["around a tile", [255]],
      ["around a tile", [256]],
      ["around a tile", [257]],
      ["many", [4099], ["plain", "ties"]],
    ],
    draw: (random) => [random.integer(20, 1500)],
    measures: { small: [1024], medium: [4096], large: [8192] },
  }),
  data: {
    plain: ["positives score one deviation higher", labelled(0.4, (random, label) => random.normal(label, 1))],
    ties: [
      "scores in steps of a quarter, many of them equal, or equal to the threshold",
      labelled(0.4, (random, label) => Math.round(4 * random.normal(0.5 * label, 0.7)) / 4),
    ],
    equal: ["all scores are equal", labelled(0.3, () => 1)],
    worse: ["positives score lower than negatives", labelled(0.5, (random, label) => random.normal(-label, 1))],
    rare: ["a single positive", labelled(0, (random, label) => random.normal(label, 1))],
    close: [
      "scores that differ by a few units in the last place",
      labelled(0.5, (random, label) => 1 + (random.integer(-2, 2) + label) * 2 ** -23),
    ],
    ends: [
      "most scores are near the ends of their range",
      labelled(0.5, (random) => {
        const distance = random.pick([0, 1, 1, 1, 8]) * random.uniform(0, LARGEST / 10);
        return random.pick([-1, 1]) * (LARGEST - distance);
      }),
      "ends",
    ],
  },
  scratchLimitBytes: ({ n }) => 16 * n + 4096,
  flops: ({ n }) => 2 * n * n,
  mistakes: [
    ...mistakes({
      "ties-lost": [
        "ties count nothing",
        "Add half a pair for two equal scores: 1, if a win counts 2.",
        ["own.halves += 1;", ""],
      ],
      "ties-won": [
        "ties count as pairs won",
        "Add half a pair for two equal scores, not a whole one.",
        ["own.halves += 1;", "own.halves += 2;"],
      ],
      "lower-scores-win": [
        "pairs count as won if the positive's score is lower",
        "Count a pair as won if the score with label 1 is greater: an area near 0 instead of 1 is upside down.",
        ["score > scores[j]", "score < scores[j]"],
      ],
      "never-below-a-half": [
        "areas below ½ are turned into their complement",
        "Write the area as it is: a classifier may be worse than chance.",
        ["auc[0] = f32(all.halves)", "auc[0] = f32(max(all.halves, 2 * positives * negatives - all.halves))"],
      ],
      "divided-by-all-scores": [
        "the area is divided by n² instead of the number of pairs",
        "Divide by positives · negatives: scores with the same label make no pairs.",
        ["f32(positives) * f32(negatives)", "f32(N) * f32(N)"],
      ],
      "threshold-excluded": [
        "a score equal to the threshold is a negative prediction",
        "Compare by >=: a score equal to the threshold is a positive prediction.",
        ["score >= THRESHOLD", "score > THRESHOLD"],
      ],
      "false-ones-exchanged": [
        "false positives and false negatives are exchanged",
        "Write tp, fp, fn, tn: a false positive has label 0 and a score >= threshold.",
        ["confusion[1] = all.fp", "confusion[1] = all.fn_"],
        ["confusion[2] = all.fn_", "confusion[2] = all.fp"],
      ],
      "negatives-first": [
        "the matrix is written as tn, fp, fn, tp",
        "Write tp, fp, fn, tn: scikit-learn's order begins with tn.",
        ["confusion[0] = all.tp", "confusion[0] = all.tn"],
        ["confusion[3] = all.tn", "confusion[3] = all.tp"],
      ],
      "last-partial-left-out": [
        "the last invocation's counts are omitted",
        "Add the counts of all invocations of the workgroup.",
        ["other < 64;", "other < 63;"],
      ],
    }),
    ...axisMistakes({
      element: "score",
      variable: "j",
      end: "N",
      fate: "not compared",
      tiles: [16, 64],
      stopAt: (end) => [["j < N;", `j < ${end};`]],
    }),
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned({ shape: { n }, params: { threshold } }) {
    const parts = Math.ceil(n / LANES);
    return {
      scratch: { parts: COUNTS_BYTES * parts },
      passes: [
        {
          code: tuned,
          entryPoint: "countPairs",
          constants: { N: n, THRESHOLD: threshold },
          bindings: ["scores", "labels", "parts"],
          workgroups: [parts],
        },
        {
          code: tuned,
          entryPoint: "finish",
          constants: { PARTS: parts },
          bindings: ["parts", "auc", "confusion"],
          workgroups: [1],
        },
      ],
    };
  },
});
