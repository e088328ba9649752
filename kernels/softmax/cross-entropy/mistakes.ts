import type { Mistake } from "../../../harness/task/task.ts";

type LossMistake = Mistake<"rows" | "classes", "smoothing">;

/** What a loss is made of: the weight of the target's class, and on top of it that of every class. */
interface Weights {
  readonly own: number;
  readonly each: number;
}

/** A cross-entropy of which one step is wrong; the others are as they should be. */
interface Steps {
  /** What is subtracted before the exponential: the row's maximum by default. */
  readonly shift?: (row: Float64Array) => number;
  /** What is added after the logarithm: what was subtracted by default. */
  readonly unshift?: (shift: number) => number;
  readonly power?: (x: number) => number;
  readonly logarithm?: (x: number) => number;
  /** How many classes the sum of exponentials has: all by default. */
  readonly counted?: (classes: number) => number;
  /** How many classes the mean of smoothing sums up: all by default. */
  readonly averaged?: (classes: number) => number;
  /** By how much the target's class is missed. */
  readonly targetOffset?: number;
  readonly weights?: (smoothing: number, classes: number) => Weights;
  /** What is written, given the losses: they themselves by default. */
  readonly finish?: (losses: Float64Array) => Float64Array;
}

const all = (count: number) => count;
const same = <T>(value: T) => value;
const smoothed = (smoothing: number, classes: number) => ({ own: 1 - smoothing, each: smoothing / classes });

/** e^x as an f32 holds it: it overflows to infinity above 88.7 and vanishes below -103.9. */
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
      // Outside the tensor a kernel may find any number.
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
    about: "the smoothed share is spread over the other classes only, and not over the target's too",
    hint: "Every class gets smoothing / classes, the target's as well: it has 1 - smoothing + smoothing / classes in all.",
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
    about: "`smoothing` and `1 - smoothing` have changed places",
    hint: "The target's part has the weight 1 - smoothing, the mean over all classes the weight smoothing.",
    outputs: lossWith({ weights: (smoothing, classes) => ({ own: smoothing, each: (1 - smoothing) / classes }) }),
  },
  {
    name: "smoothing-over-the-sum",
    about: "the smoothed part is the sum over the classes, and not their mean",
    hint: "Divide the sum of lse - logits[c] by the number of classes.",
    outputs: lossWith({ weights: (smoothing) => ({ own: 1 - smoothing, each: smoothing }) }),
  },
  {
    name: "mean-without-last-class",
    about: "the last class is missing from the mean of the logits",
    hint: "The loop that adds up the logits ends one too early: let c run while c < CLASSES.",
    outputs: lossWith({ averaged: (classes) => classes - 1 }),
  },
  {
    name: "target-one-too-high",
    about: "the logit after the target's is taken",
    hint: "Targets count from 0: the target's logit is at r * classes + targets[r].",
    outputs: lossWith({ targetOffset: 1 }),
  },
  {
    name: "target-one-too-low",
    about: "the logit before the target's is taken",
    hint: "Targets count from 0, not from 1: the target's logit is at r * classes + targets[r].",
    outputs: lossWith({ targetOffset: -1 }),
  },
  {
    name: "mean-over-rows",
    about: "every row gets the mean of all rows' losses",
    hint: 'As with reduction="none", every row keeps its own loss: write loss[r] without any sum over rows.',
    outputs: lossWith({ finish: (losses) => losses.map(() => sum(losses) / losses.length) }),
  },
  {
    name: "wrong-sign",
    about: "the loss has the wrong sign",
    hint: "A loss is never negative: it is lse - logit, and not logit - lse.",
    outputs: lossWith({ finish: (losses) => losses.map((loss) => -loss) }),
  },
  {
    name: "maximum-not-added-back",
    about: "the maximum that was subtracted before exp is not added again after log",
    hint: "log(sum of exp(z)) is m + log(sum of exp(z - m)).",
    outputs: lossWith({ unshift: () => 0 }),
  },
  {
    name: "maximum-without-last-class",
    about: "the last class is left out of the maximum",
    hint: "The loop for the maximum ends one too early: where the last logit is far above the others, exp overflows.",
    outputs: lossWith({ shift: (row) => maximum(row.length > 1 ? row.subarray(0, -1) : row) }),
  },
  {
    name: "no-max-subtraction",
    about: "the row's maximum is not subtracted before exp",
    hint: "exp(z) overflows an f32 above z = 88.7. Use lse = m + log(sum of exp(z - m)), with m the row's maximum.",
    outputs: lossWith({ shift: () => 0 }),
  },
  {
    name: "logarithm-of-base-two",
    about: "the logarithm of the sum is that of base 2",
    hint: "log2(x) is the logarithm of base 2. Use log(x), or log2(x) * 0.693147181 with the factor ln(2).",
    outputs: lossWith({ logarithm: Math.log2 }),
  },
  {
    name: "power-of-two",
    about: "2 is raised to the power instead of e",
    hint: "exp2(x) is 2^x. For e^x use exp(x), or exp2(x * 1.44269504) with the factor log2(e).",
    outputs: lossWith({ power: (x) => Math.fround(2 ** x) }),
  },
  {
    name: "last-class-left-out",
    about: "the last class is missing from the sum of exponentials",
    hint: "The loop over the row ends one too early: let c run while c < CLASSES.",
    outputs: lossWith({ counted: (classes) => classes - 1 }),
  },
  ...[4, 16, 32, 64, 128, 256].map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `classes past the last whole tile of ${tile} are missing from the sum of exponentials`,
    hint: `The number of classes need not be a multiple of ${tile}: round the number of tiles up, and guard the last one.`,
    outputs: lossWith({ counted: (classes) => Math.floor(classes / tile) * tile }),
  })),
];
