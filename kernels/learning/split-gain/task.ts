import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { indicesOf } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import {
  anyOf,
  concat,
  div,
  log2,
  mul,
  neg,
  repeated,
  rowSums,
  square,
  sub,
  Vector,
} from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

/** A barrier costs a software adapter more, the more invocations wait there. */
const LANES = { software: 64, hardware: 256 };

/** Counts of this many bins and classes take half of the workgroup memory that every device has. */
const MOST_COUNTS = 2048;
const LEFT_WEIGHT = "f32(left_size) / f32(N)";
const RIGHT_WEIGHT = "f32(right_size) / f32(N)";

/** The logarithm, and 0 for an exact 0, by which it is multiplied. */
function logOf({ values, errors, noise }: Vector): Vector {
  return log2(
    new Vector(
      values.map((value) => value || 1),
      errors,
      noise,
    ),
  );
}

/** The entropy in bits and the Gini impurity of sides, given the counts of each one's classes; of an empty side, any. */
function impurities(counts: Vector, sizes: Vector, classes: number) {
  const shares = div(counts, repeated(sizes, classes));
  const fromShares = neg(rowSums(mul(shares, logOf(shares)), classes));
  const fromCounts = sub(logOf(sizes), div(rowSums(mul(counts, logOf(counts)), classes), sizes));
  const squares = square(shares);
  return {
    entropy: anyOf(fromShares, fromCounts),
    gini: anyOf(sub(1, rowSums(squares, classes)), fromOne(squares, classes)),
  };
}

/** 1 minus each row's squares, subtracted one after the other: with many classes, its rounding errors are far larger. */
function fromOne(squares: Vector, classes: number): Vector {
  const rows = Array.from({ length: squares.length / classes }, (_, row) =>
    concat(squares.exactly(1), neg(squares.slice(row * classes, classes))),
  );
  return rowSums(concat(...rows), classes + 1);
}

/** Draws the bin of each sample as a share of their range, given its label. */
const samples =
  (
    share: (random: Random, label: number, feature: number, classes: number) => number,
    labelOf = (random: Random, i: number, classes: number) => (i < classes ? i : random.integer(0, classes - 1)),
  ): DrawInputs<"n" | "features" | "bins" | "classes", never> =>
  (random, { n, features, bins, classes }) => {
    const labels = Uint32Array.from({ length: n }, (_, i) => Math.min(labelOf(random, i, classes), classes - 1));
    const binned = Uint32Array.from({ length: n * features }, (_, at) => {
      const place = share(random, labels[Math.floor(at / features)]!, at % features, classes);
      return Math.min(Math.max(Math.floor(place * bins), 0), bins - 1);
    });
    return { binned, labels };
  };

/** A class's samples lie together, in another order of classes for each feature; one in five is anywhere. */
const together = (random: Random, label: number, feature: number, classes: number) =>
  random.integer(0, 4) === 0 ? random.uniform() : random.normal((((label + feature) % classes) + 0.5) / classes, 0.15);

export default composeTask({
  name: "split-gain",
  family: "learning",
  title: "Gains of a decision tree's splits",
  step: { track: "statistics", level: 4, teaches: "histograms with atomics, empty sides", questions: [8, 9] },
  statement: `Compute, for every feature and every split of its bins, how much a decision tree's node gains from that split:

    left, right           = the samples with binned[i,f] <= t, and the others
    gain[f,t]             = impurity(all) - |left| / n · impurity(left) - |right| / n · impurity(right)
    information_gain[f,t] = the gain with impurity = -sum over k of p[k] · log2(p[k]), the entropy in bits
    gini_gain[f,t]        = the gain with impurity = 1 - sum over k of p[k]²

\`p[k]\` is the share of class k among a side's samples. \`0 · log2(0)\` counts as 0, and so does an empty side. There is no
split after the last bin.`,
  example: {
    shape: { n: 4, features: 1, bins: 3, classes: 2 },
    params: {},
    inputs: { binned: [0, 0, 1, 2], labels: [0, 0, 0, 1] },
  },
  hints: [
    "One workgroup for each feature is enough: count the samples of each bin and class with atomicAdd in workgroup memory.",
    "Skip classes without samples: p · log2(p) is NaN for p = 0. That takes care of empty sides, too.",
    "Wait at a workgroupBarrier() between counting and splitting.",
    "Turn the counts into running sums along the bins first: then a split reads one number a class for each side.",
  ],
  shape: { n: "samples", features: "features of a sample", bins: "bins of a feature", classes: "classes of samples" },
  params: {},
  inputs: {
    binned: { type: "u32", dims: ["n", "features"], about: "each sample's bin, counted from 0" },
    labels: { type: "u32", dims: ["n"], about: "each sample's class, counted from 0" },
  },
  outputs: {
    information_gain: { dims: ["features", "bins-1"], about: "gain in entropy of a split after each bin" },
    gini_gain: { dims: ["features", "bins-1"], about: "gain in Gini impurity" },
  },
  unit: ["features"],
  constraints: [
    {
      sentence: "`bins` is at least 2, and `bins` · `classes` at most 2,048.",
      of: "dimensions",
      holds: ({ shape: { bins, classes } }) => bins >= 2 && bins * classes <= MOST_COUNTS,
    },
    indicesOf("binned", "bins"),
    indicesOf("labels", "classes"),
  ],
  reference({ binned, labels }, { n, features, bins, classes, unit: feature }) {
    const all = new Float64Array(classes);
    const counts = new Float64Array(bins * classes);
    for (let i = 0; i < n; i++) {
      all[labels.values[i]!]!++;
      counts[binned.values[i * features + feature]! * classes + labels.values[i]!]!++;
    }
    // Running sums along the bins, in place.
    for (let at = classes; at < counts.length; at++) counts[at]! += counts[at - classes]!;
    const below = counts.subarray(0, (bins - 1) * classes);
    const sideOf = (own: Float64Array) => {
      const sizes = Array.from({ length: bins - 1 }, (_, t) =>
        own.subarray(t * classes, (t + 1) * classes).reduce((sum, count) => sum + count, 0),
      );
      const weights = div(labels.exactly(...sizes), n);
      return {
        weights,
        ...impurities(labels.exactly(...own), labels.exactly(...sizes.map((size) => size || 1)), classes),
      };
    };
    const [left, right] = [sideOf(below), sideOf(below.map((count, at) => all[at % classes]! - count))];
    const parent = impurities(labels.exactly(...all), labels.exactly(n), classes);
    const gain = (of: "entropy" | "gini") =>
      sub(sub(parent[of], mul(left.weights, left[of])), mul(right.weights, right[of]));
    return { information_gain: gain("entropy"), gini_gain: gain("gini") };
  },
  cases: casesOf({
    axes: ["n", "features", "bins", "classes"],
    checks: [
      ["tiny", [1, 1, 2, 1]],
      ["tiny", [13, 3, 4, 2]],
      ["odd sizes", [97, 7, 13, 3], "all"],
      ["odd sizes", [263, 5, 37, 7]],
      ["around a tile", [63, 17, 16, 4]],
      ["around a tile", [64, 15, 17, 2], "all"],
      ["around a tile", [65, 16, 65, 24]],
      ["around a tile", [255, 3, 64, 17]],
      ["many bins", [1031, 2, 509, 4]],
      ["many samples", [65_537, 1, 5, 3]],
      ["many features", [9, 1031, 3, 2]],
      ["many classes", [607, 2, 3, 301]],
    ],
    draw: (random) => [random.integer(20, 300), random.integer(2, 12), random.integer(3, 40), random.integer(2, 8)],
    measures: { small: [4096, 8, 32, 4], medium: [32_768, 16, 64, 4], large: [262_144, 32, 64, 4] },
  }),
  data: {
    plain: ["samples of a class are mostly in neighbouring bins", samples(together)],
    pure: [
      "a sample's bin determines its class, so that sides lack classes",
      samples((_, label, feature, classes) => (((label + feature) % classes) + 0.5) / classes),
    ],
    "empty-sides": [
      "only the bins in the middle hold samples",
      samples((...at) => 0.3 + 0.4 * Math.min(Math.max(together(...at), 0), 0.99)),
    ],
    rare: ["all samples but a few are of the first class", samples(together, (_, i, classes) => (i < classes ? i : 0))],
  },
  // 64 partial histograms of each feature.
  scratchLimitBytes: ({ features, bins, classes }) => 4 * 64 * features * bins * classes,
  flops: ({ n, features, bins, classes }) => features * (n + 16 * bins * classes),
  mistakes: [
    ...mistakes({
      "natural-logarithm": [
        "the entropy is in nats",
        "Use log2: the entropy is in bits.",
        ["log2(share)", "log(share)"],
      ],
      "split-before-the-bin": [
        "samples in bin t are on the right side",
        "Count samples with a bin <= t to the left side.",
        ["(t + 1) * CLASSES", "t * CLASSES"],
        ["bin <= t", "bin < t"],
      ],
      "sides-not-weighted": [
        "the impurities of both sides are not weighted by their sizes",
        "Multiply each side's impurity by its share of the samples.",
        [LEFT_WEIGHT, "1.0"],
        [RIGHT_WEIGHT, "1.0"],
      ],
      "sides-weighted-alike": [
        "both sides have the weight ½",
        "Multiply each side's impurity by its share of the samples.",
        [LEFT_WEIGHT, "0.5"],
        [RIGHT_WEIGHT, "0.5"],
      ],
      "weights-exchanged": [
        "each side's impurity has the other side's weight",
        "Multiply each side's impurity by its own share of the samples.",
        [LEFT_WEIGHT, "f32(N - left_size) / f32(N)"],
        [RIGHT_WEIGHT, "f32(N - right_size) / f32(N)"],
      ],
      "right-side-left-out": [
        "only the left side's impurity is subtracted",
        "Subtract the weighted impurity of both sides.",
        [RIGHT_WEIGHT, "0.0"],
      ],
      "impurity-instead-of-gain": [
        "the weighted impurity of both sides is written, not the gain",
        "Subtract it from the impurity of all samples.",
        ["parent.x - left_weight * left.x - right_weight", "left_weight * left.x + right_weight"],
        [
          "(1.0 - parent.y) - left_weight * (1.0 - left.y) - right_weight",
          "left_weight * (1.0 - left.y) + right_weight",
        ],
      ],
      "shares-of-all-samples": [
        "a class's share is that of all samples, not of its side's",
        "Divide a side's counts by the size of that side.",
        ["parts(below, left_size)", "parts(below, N)"],
        ["parts(above, right_size)", "parts(above, N)"],
      ],
      "binned-transposed": [
        "binned is read as if it were [features,n]",
        "Read binned[i * FEATURES + feature]: it is [n,features], so a sample's features are contiguous.",
        ["binned[i * FEATURES + feature]", "binned[feature * N + i]"],
      ],
    }),
    ...axisMistakes({
      element: "sample",
      variable: "i",
      end: "N",
      fate: "not counted",
      tiles: [16, 64],
      stopAt: (end) => [["i < N;", `i < ${end};`]],
    }),
  ],
  plain: { code: plain, workgroupFor: ["features"] },
  tuned: ({ shape: { n, features, bins, classes }, device }) => ({
    passes: [
      {
        code: tuned,
        constants: { N: n, FEATURES: features, BINS: bins, CLASSES: classes, LANES: LANES[device.kind] },
        bindings: ["binned", "labels", "information_gain", "gini_gain"],
        workgroups: spread(features, device),
      },
    ],
  }),
});
