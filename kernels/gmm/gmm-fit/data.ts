import type { DataKind } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import type { Random } from "../../../reference/random.ts";
import {
  type Component,
  covarianceOf,
  drawMixture,
  drawPoint,
  drawPoints,
  type MixtureTraits,
  PLAIN_MIXTURE,
  stacked,
} from "../mixture.ts";

type Kind = DataKind<MixtureShape, FitParams>;

/** Well-separated clusters: rounding errors do not grow from round to round. */
const TRAITS: MixtureTraits = { ...PLAIN_MIXTURE, offset: 3, separation: 5, unevenness: 0.8 };

/** Initial parameters: the mixture that generates the points, but shifted, wider and with other weights. */
function startNear(random: Random, mixture: readonly Component[]) {
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
function startDistant(random: Random, mixture: readonly Component[]) {
  const start = startNear(random, mixture);
  const d = mixture[0]!.mean.length;
  const deviation = TRAITS.deviation * WIDTH;
  return {
    ...start,
    means: start.means.map((value, at) => (at % d === d - 1 ? TRAITS.offset + DISTANCE * deviation : value)),
    covariances: start.covariances.map((_, at) => ((at % (d * d)) % (d + 1) === 0 ? deviation ** 2 : 0)),
  };
}

/** Near the mixture, except that the last component begins so far away that it has no share of any point. */
function startVacant(random: Random, mixture: readonly Component[]) {
  const start = startNear(random, mixture);
  const last = start.means.length - mixture[0]!.mean.length;
  for (let i = last; i < start.means.length; i++) start.means[i]! += 1000;
  return start;
}

/**
 * @param points generates the points from the mixture; by default, from all of it
 * @param start generates the initial parameters; by default, near the mixture
 */
function kind(
  name: string,
  about: string,
  traits: Partial<MixtureTraits>,
  points: (random: Random, mixture: readonly Component[], n: number) => Float32Array = drawPoints,
  start = startNear,
): Kind {
  return {
    name,
    about,
    draw(random, { n, d, k }) {
      const mixture = drawMixture(random, { d, k }, { ...TRAITS, ...traits });
      return { x: points(random, mixture, n), ...start(random, mixture) };
    },
  };
}

export const data: readonly Kind[] = [
  kind("plain", "well-separated clusters, around 3 in every dimension", {}),
  kind("apart", "clusters so far apart that exp overflows unless the maximum covers all components", {
    separation: 25,
  }),
  kind(
    "vacant",
    "the last component has no points: N is just 10·ε; the points of its cluster are so far from the others that every density underflows",
    { separation: 60 },
    drawPoints,
    startVacant,
  ),
  kind(
    "distant",
    "all components begin 48 deviations away from the points: every density underflows",
    {},
    drawPoints,
    startDistant,
  ),
  kind("overlapping", "clusters that overlap, so that most points are shared", { separation: 2 }),
  kind(
    "one-cluster",
    "all points belong to one cluster, divided among several components",
    { separation: 1.5 },
    (random, mixture, n) => {
      const d = mixture[0]!.mean.length;
      const x = new Float32Array(n * d);
      for (let point = 0; point < n; point++) drawPoint(random, mixture[0]!, x, point * d);
      return x;
    },
  ),
  kind(
    "flat",
    "the last dimension is the same for all points: only reg_covar keeps the covariances invertible",
    {},
    (random, mixture, n) => {
      const x = drawPoints(random, mixture, n);
      const d = x.length / n;
      for (let point = 0; point < n; point++) x[point * d + d - 1] = 2.5;
      return x;
    },
  ),
];
