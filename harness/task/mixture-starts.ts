import type { MixtureShape } from "../../reference/gaussian-mixture.ts";
import type { Tensors } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import {
  covarianceOf,
  drawMixture,
  drawPoint,
  drawPoints,
  type Mixture,
  type MixtureTraits,
  type Points,
  stacked,
} from "./mixture-data.ts";

type Start = (random: Random, mixture: Mixture, traits: MixtureTraits) => Tensors;

/** Initial parameters: the mixture that generates the points, but shifted, wider and with other weights. */
function startNear(random: Random, mixture: Mixture) {
  const weights = mixture.map(({ weight }) => weight * Math.exp(random.uniform(-0.5, 0.5)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const width = random.uniform(1.2, 1.6);
  return {
    weights: Float32Array.from(weights, (weight) => weight / total),
    means: stacked(mixture, ({ mean, lower }) => {
      const d = mean.length;
      return mean.map((value, i) => value + (lower[i * d + i]! * random.normal(0, 0.6)) / Math.sqrt(d));
    }),
    covariances: stacked(mixture, (component) => covarianceOf(component).map((value) => value * width)),
  };
}

/** Initial distance of all components from the points, in their own deviations, and the factor of their width. */
const DISTANCE = 48;
const WIDTH = 1.4;

/**
 * Near the mixture, except in the last dimension, where all begin equally far away; all have the same shape, so the
 * distance does not change shares.
 */
export function startDistant(random: Random, mixture: Mixture, traits: MixtureTraits) {
  const start = startNear(random, mixture);
  const d = mixture[0]!.mean.length;
  const deviation = traits.deviation * WIDTH;
  return {
    ...start,
    means: start.means.map((value, at) => (at % d === d - 1 ? traits.offset + DISTANCE * deviation : value)),
    covariances: start.covariances.map((_, at) => ((at % (d * d)) % (d + 1) === 0 ? deviation ** 2 : 0)),
  };
}

/** Near the mixture, except that the last component begins so far away that it has no share of any point. */
export function startVacant(random: Random, mixture: Mixture) {
  const start = startNear(random, mixture);
  const last = start.means.length - mixture[0]!.mean.length;
  for (let i = last; i < start.means.length; i++) start.means[i]! += 1000;
  return start;
}

export function ofFirstCluster(random: Random, mixture: Mixture, n: number): Float32Array {
  const d = mixture[0]!.mean.length;
  const x = new Float32Array(n * d);
  for (let point = 0; point < n; point++) drawPoint(random, mixture[0]!, x, point * d);
  return x;
}

export function withFlatDimension(random: Random, mixture: Mixture, n: number): Float32Array {
  const x = drawPoints(random, mixture, n);
  const d = x.length / n;
  for (let point = 0; point < n; point++) x[point * d + d - 1] = 2.5;
  return x;
}

/** Points of a mixture, and initial parameters. */
export function fitted(traits: MixtureTraits, points: Points = drawPoints, start: Start = startNear) {
  return (random: Random, { n, d, k }: Record<MixtureShape, number>) => {
    const mixture = drawMixture(random, { d, k }, traits);
    return { x: points(random, mixture, n), ...start(random, mixture, traits) };
  };
}
