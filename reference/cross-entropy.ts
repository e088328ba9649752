import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { gamma, logError, MIN_NORMAL, ULP } from "./rounding.ts";
import { rowSum } from "./softmax.ts";

/**
 * Roundings of a logit before it reaches the loss, besides the additions to other logits: conversion to
 * base 2 and back (each a constant and a product), the difference from the log-sum-exp, the weight (`smoothing /
 * classes`: 2.5 ULP) and the product with it, and the sum of the loss's two parts; rounded up.
 */
const ROUNDINGS_PER_LOGIT = 10;

/**
 * Cross-entropy with label smoothing `s`, as PyTorch's `cross_entropy(reduction="none", label_smoothing=s)`:
 * `loss[r] = (1-s)·(lse_r - logits[r,t_r]) + s·mean_c(lse_r - logits[r,c])`. One unit is a row.
 *
 * The bound is absolute, in terms of the magnitudes that are subtracted from each other: a loss near 0 is the remainder
 * of `lse - logit`. With `lse = m + log Σ`, a kernel's lse is off by the error of Σ (its logarithm turns relative into
 * absolute), of the logarithm, and of the addition; in base 2 also by those of a constant and a product for `m`, and of
 * another for the whole. The logits may be added up with their weights in any order, before or after they are
 * subtracted from lse or shifted by `m`, even the target's among the others: a sum of n weighted terms is off by at most
 * γ_n·Σ|terms| (Higham, eq. 3.5). Without smoothing there is just one term.
 */
export const crossEntropy: Oracle<"rows" | "classes", "smoothing"> = {
  units: ({ rows }) => rows,
  prepare({
    shape: { classes },
    params: { smoothing },
    inputs,
  }: Problem<"rows" | "classes", "smoothing">): EvaluateUnit {
    const logits = inputs.logits!;
    const targets = inputs.targets!;
    const terms = smoothing === 0 ? 1 : classes + 1;
    const weighted = gamma(terms - 1 + ROUNDINGS_PER_LOGIT);
    return (row, into, slot) => {
      const at = row * classes;
      const { maximum, sum, error } = rowSum(logits, at, classes);
      const logSum = Math.log(sum);
      const logit = logits[at + targets[row]!]!;
      // Relative to the maximum, so that the float64 difference of large numbers loses no digits.
      let below = 0;
      let magnitude = 0;
      for (let c = 0; smoothing !== 0 && c < classes; c++) {
        below += maximum - logits[at + c]!;
        magnitude += Math.abs(logits[at + c]!);
      }
      const { expected, bound } = into.loss!;
      expected[slot] = logSum + (1 - smoothing) * (maximum - logit) + (smoothing * below) / classes;

      const peak = Math.abs(maximum) + logSum;
      const logSumExpError = error + logError(sum) + (2 * Math.abs(maximum) + 3 * peak) * ULP;
      const subtracted = peak + (1 - smoothing) * Math.abs(logit) + (smoothing * magnitude) / classes;
      bound[slot] = logSumExpError + weighted * subtracted + MIN_NORMAL;
    };
  },
};
