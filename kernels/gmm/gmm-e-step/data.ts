import type { DataKind } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Random } from "../../../reference/random.ts";
import {
  type Component,
  drawMixture,
  drawPoints,
  type MixtureTraits,
  mixtureTensors,
  PLAIN_MIXTURE,
  placePoint,
} from "../mixture.ts";

type Kind = DataKind<MixtureShape, never>;
type Mixture = readonly Component[];

/**
 * A data kind that differs from the plain one in the mixture's traits, in changes to the mixture, and perhaps in the
 * positions of its points.
 */
function mixtureKind(
  name: string,
  about: string,
  traits: Partial<MixtureTraits> = {},
  points: (random: Random, mixture: Mixture, n: number) => Float32Array = drawPoints,
  change: (mixture: Mixture) => Mixture = (mixture) => mixture,
): Kind {
  return {
    name,
    about,
    draw(random, { n, d, k }) {
      const mixture = change(drawMixture(random, { d, k }, { ...PLAIN_MIXTURE, ...traits }));
      return { x: points(random, mixture, n), ...mixtureTensors(mixture) };
    },
  };
}

/** Clusters of the same shape, with means as many deviations apart as before. */
function alike(mixture: Mixture, { offset, deviation }: Pick<MixtureTraits, "offset" | "deviation">): Mixture {
  const { lower } = mixture[0]!;
  const centre = { weight: 1, mean: mixture[0]!.mean.map(() => offset), lower };
  return mixture.map(({ weight, mean }) => {
    const place = new Float32Array(mean.length);
    placePoint(
      centre,
      mean.map((value) => (value - offset) / deviation),
      place,
      0,
    );
    return { weight, mean: Float64Array.from(place), lower };
  });
}

/** Distance of the farthest points from all clusters, in deviations. */
const FARTHEST = 48;

/** Every other point at the maximum distance, the others from a third of it upwards. */
function farPoints(random: Random, mixture: Mixture, n: number): Float32Array {
  const d = mixture[0]!.mean.length;
  const x = new Float32Array(n * d);
  for (let point = 0; point < n; point++) {
    const direction = Float64Array.from({ length: d }, () => random.normal());
    const distance = point % 2 === 0 ? FARTHEST : FARTHEST * random.uniform(1 / 3, 1);
    const scale = distance / Math.hypot(...direction);
    placePoint(
      mixture[0]!,
      direction.map((value) => value * scale),
      x,
      point * d,
    );
  }
  return x;
}

/** Distance of towering clusters from the centre per dimension: two that differ in one dimension score 128 apart. */
const CORNER = 8;

/** Clusters at corners of a cube: the bits of a cluster's index are its corner's coordinates. */
function atCorners(mixture: Mixture): Mixture {
  return mixture.map((component, number) => ({
    ...component,
    mean: component.mean.map((_, i) => PLAIN_MIXTURE.offset + CORNER * ((number >> i) & 1 ? 1 : -1)),
  }));
}

/** Every other point in one cluster, cluster by cluster; the others in the middle, where all clusters have a share. */
function cornersAndMiddle(random: Random, mixture: Mixture, n: number): Float32Array {
  const d = mixture[0]!.mean.length;
  return random.f32(n * d, (_, at) => {
    const point = Math.floor(at / d);
    const isInMiddle = point % 2 === 1;
    const { mean } = mixture[Math.floor(point / 2) % mixture.length]!;
    return isInMiddle ? random.normal(PLAIN_MIXTURE.offset, 0.1) : random.normal(mean[at % d]!, 0.5);
  });
}

function pointsAndMeans(random: Random, mixture: Mixture, n: number): Float32Array {
  const d = mixture[0]!.mean.length;
  const x = drawPoints(random, mixture, n);
  for (let point = 0; point < n; point += 2) x.set(mixture[(point / 2) % mixture.length]!.mean, point * d);
  return x;
}

/** Weights from 10⁻³⁰ for the first component to nearly 1 for the last one. */
function withSmallWeights(mixture: Mixture): Mixture {
  const shares = mixture.map((_, component) => SMALLEST_WEIGHT ** (1 - component / Math.max(1, mixture.length - 1)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return mixture.map((component, number) => ({ ...component, weight: shares[number]! / total }));
}

export const SMALLEST_WEIGHT = 1e-30;
/** Deviations of broad and of tight clusters. */
export const BROAD = 1e3;
export const TIGHT = 1e-6;

const FAR = { offset: 4 * BROAD, deviation: BROAD };
const ELONGATED = { offset: 4, deviation: 0.5 };

export const data: readonly Kind[] = [
  mixtureKind("plain", "points of clusters that overlap, around 4 in every dimension"),
  mixtureKind(
    "far",
    "points 16 to 48 deviations away from all clusters, which are a thousand times as broad, identical in shape and close together: every density underflows",
    { ...FAR, separation: 0.03, elongation: 0 },
    farPoints,
    (mixture) => alike(mixture, FAR),
  ),
  mixtureKind(
    "towering",
    "every other point belongs to a single cluster, each in turn: exp overflows unless the maximum covers all clusters; the rest are midway between all clusters",
    { elongation: 0.05, tilt: 0.05 },
    cornersAndMiddle,
    atCorners,
  ),
  mixtureKind(
    "overlapping",
    "clusters in nearly the same place, with weights from 1 to 1e-30",
    { separation: 0.3, elongation: 0.1 },
    drawPoints,
    withSmallWeights,
  ),
  mixtureKind(
    "tight",
    "clusters a millionth as wide, every other point at the centre of one: large positive log-densities",
    { offset: 100 * TIGHT, deviation: TIGHT, separation: 4, elongation: 0, unevenness: 0 },
    pointsAndMeans,
  ),
  mixtureKind(
    "elongated",
    "nearly singular covariances, 400 times as wide in one dimension as in another",
    { ...ELONGATED, elongation: 3, isStretched: true },
    drawPoints,
    (mixture) => alike(mixture, ELONGATED),
  ),
];
