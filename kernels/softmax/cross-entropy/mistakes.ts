import type { Mistake } from "../../../harness/task/task.ts";

type LossMistake = Mistake<"rows" | "classes", "smoothing">;

/** The weights of a loss: that of the target's class, and the additional weight of every class. */
interface Weights {
  readonly own: number;
  readonly each: number;
}

/** A cross-entropy with one wrong step; the others are correct. */
interface Steps {
  /** Subtracted before the exponential: the row's maximum by default. */
  readonly shift?: (row: Float64Array) => number;
  /** Added after the logarithm: by default, the number subtracted before. */
  readonly unshift?: (shift: number) => number;
  readonly power?: (x: number) => number;
  readonly logarithm?: (x: number) => number;
  /** Number of classes in the sum of exponentials: all by default. */
  readonly counted?: (classes: number) => number;
  /** Number of classes in the mean of smoothing: all by default. */
  readonly averaged?: (classes: number) => number;
  /** Offset from the target's class. */
  readonly targetOffset?: number;
  readonly weights?: (smoothing: number, classes: number) => Weights;
  /** The output, given the losses: the losses themselves by default. */
  readonly finish?: (losses: Float64Array) => Float64Array;
}

const all = (count: number) => count;
const same = <T>(value: T) => value;
const smoothed = (smoothing: number, classes: number) => ({ own: 1 - smoothing, each: smoothing / classes });

/** e^x as an f32: infinity above 88.7, zero below -103.9. */
function exp(x: number): number {
  return Math.fround(Math.exp(x));
}

function maximum(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function lossWith(steps: Steps): LossMistake["outputs"] {
  const { shift = maximum, unshift = same, power = exp, logarithm = Math.log } = steps;
  const { counted = all, averaged = all, targetOffset = 0, weights = smoothed, finish = same } = steps;
  return ({ shape: { rows, classes }, params: { smoothing }, inputs }) => {
    const logits = inputs.logits!;
    const { own, each } = weights(smoothing, classes);
    const losses = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const at = row * classes;
      const z = Float64Array.from(logits.subarray(at, at + classes));
      const subtracted = shift(z);
      const exponentials = z.subarray(0, counted(classes)).map((logit) => power(logit - subtracted));
      const lse = unshift(subtracted) + logarithm(Math.fround(sum(exponentials)));
      // Outside the tensor, a kernel may read any number.
      const logit = logits[at + inputs.targets![row]! + targetOffset] ?? Number.NaN;
      const total = sum(z.subarray(0, averaged(classes)));
      losses[row] = own * (lse - logit) + (each === 0 ? 0 : each * (classes * lse - total));
    }
    return { loss: finish(losses) };
  };
}

export const mistakes: readonly LossMistake[] = [
  {
    name: "smoothing-ignored",
    about: "`smoothing` is not used",
    hint: "Mix in the mean over all classes: (1 - smoothing) * (lse - logits[t]) + smoothing * mean(lse - logits).",
    outputs: lossWith({ weights: () => ({ own: 1, each: 0 }) }),
  },
  {
    name: "smoothing-over-the-others",
    about: "the smoothed share is spread only over the other classes, not over the target's too",
    hint: "Give every class smoothing / classes, including the target's: its total is 1 - smoothing + smoothing / classes.",
    outputs: lossWith({
      weights: (smoothing, classes) => {
        const each = smoothing / Math.max(1, classes - 1);
        return { own: 1 - smoothing - each, each };
      },
    }),
  },
  {
    name: "smoothing-added",
    about: "the smoothed part is added without taking its share from the target's",
    hint: "Weight the target's part by 1 - smoothing, so that the weights of all classes add up to 1.",
    outputs: lossWith({ weights: (smoothing, classes) => ({ own: 1, each: smoothing / classes }) }),
  },
  {
    name: "smoothing-swapped",
    about: "`smoothing` and `1 - smoothing` are swapped",
    hint: "Weight the target's part by 1 - smoothing, and the mean over all classes by smoothing.",
    outputs: lossWith({ weights: (smoothing, classes) => ({ own: smoothing, each: (1 - smoothing) / classes }) }),
  },
  {
    name: "smoothing-over-the-sum",
    about: "the smoothed part is the sum over the classes instead of their mean",
    hint: "Divide the sum of lse - logits[c] by the number of classes.",
    outputs: lossWith({ weights: (smoothing) => ({ own: 1 - smoothing, each: smoothing }) }),
  },
  {
    name: "mean-without-last-class",
    about: "the last class is missing from the mean of the logits",
    hint: "Loop while c < CLASSES: the loop that adds up the logits ends one too early.",
    outputs: lossWith({ averaged: (classes) => classes - 1 }),
  },
  {
    name: "target-one-too-high",
    about: "the logit after the target's is used",
    hint: "Read the target's logit at r * classes + targets[r]: targets count from 0.",
    outputs: lossWith({ targetOffset: 1 }),
  },
  {
    name: "target-one-too-low",
    about: "the logit before the target's is used",
    hint: "Read the target's logit at r * classes + targets[r]: targets count from 0, not from 1.",
    outputs: lossWith({ targetOffset: -1 }),
  },
  {
    name: "mean-over-rows",
    about: "every row gets the mean of all rows' losses",
    hint: 'Write loss[r] without any sum over rows: every row has its own loss, as with reduction="none".',
    outputs: lossWith({ finish: (losses) => losses.map(() => sum(losses) / losses.length) }),
  },
  {
    name: "wrong-sign",
    about: "the loss has the wrong sign",
    hint: "Compute lse - logit, not logit - lse: a loss is never negative.",
    outputs: lossWith({ finish: (losses) => losses.map((loss) => -loss) }),
  },
  {
    name: "maximum-not-added-back",
    about: "the maximum subtracted before exp is not added back after log",
    hint: "Add the maximum: log(sum of exp(z)) is m + log(sum of exp(z - m)).",
    outputs: lossWith({ unshift: () => 0 }),
  },
  {
    name: "maximum-without-last-class",
    about: "the last class is missing from the maximum",
    hint: "Extend the loop for the maximum to the last logit: if that is far above the others, exp overflows.",
    outputs: lossWith({ shift: (row) => maximum(row.length > 1 ? row.subarray(0, -1) : row) }),
  },
  {
    name: "no-max-subtraction",
    about: "the row's maximum is not subtracted before exp",
    hint: "Use lse = m + log(sum of exp(z - m)), with m the row's maximum: exp(z) overflows an f32 above z = 88.7.",
    outputs: lossWith({ shift: () => 0 }),
  },
  {
    name: "logarithm-of-base-two",
    about: "the logarithm of the sum has base 2",
    hint: "Use log(x), or log2(x) * 0.693147181, where the factor is ln(2): log2(x) has base 2.",
    outputs: lossWith({ logarithm: Math.log2 }),
  },
  {
    name: "power-of-two",
    about: "2 is raised to the power instead of e",
    hint: "Use exp(x) for e^x, or exp2(x * 1.44269504), where the factor is log2(e): exp2(x) is 2^x.",
    outputs: lossWith({ power: (x) => Math.fround(2 ** x) }),
  },
  {
    name: "last-class-left-out",
    about: "the last class is missing from the sum of exponentials",
    hint: "Loop while c < CLASSES: the loop over the row ends one too early.",
    outputs: lossWith({ counted: (classes) => classes - 1 }),
  },
  ...[4, 16, 32, 64, 128, 256].map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `classes past the last full tile of ${tile} are missing from the sum of exponentials`,
    hint: `Round the number of tiles up and guard the last one: the number of classes need not be a multiple of ${tile}.`,
    outputs: lossWith({ counted: (classes) => Math.floor(classes / tile) * tile }),
  })),
];
