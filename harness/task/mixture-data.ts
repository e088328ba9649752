import { invertedTranspose } from "../../reference/cholesky.ts";
import { euclideanNorm } from "../../reference/euclidean-norm.ts";
import type { MixtureShape } from "../../reference/gaussian-mixture.ts";
import { EXACT } from "../../reference/monte-carlo-arithmetic.ts";
import type { Random } from "../../reference/random.ts";

/** The traits of a generated mixture. */
export interface MixtureTraits {
  /** Coordinate of its centre in every dimension. */
  readonly offset: number;
  /** Typical distance between two components, in their standard deviations. */
  readonly separation: number;
  /** The typical standard deviation of a component in one dimension. */
  readonly deviation: number;
  /** The largest and the smallest deviation of a component are at most e^±elongation times the typical one. */
  readonly elongation: number;
  /** Whether they are exactly that, in two neighbouring dimensions chosen by the component's index. */
  readonly isStretched: boolean;
  /** Correlation between dimensions; 0 for none. */
  readonly tilt: number;
  /** The largest weight is at most e^unevenness times the smallest. */
  readonly unevenness: number;
}

/**
 * Overlapping clusters, away from the origin so that differences of large squares show, and so close that no share
 * underflows: errors of underflowed shares say nothing about precision.
 */
export const PLAIN_MIXTURE: MixtureTraits = {
  offset: 4,
  separation: 2,
  deviation: 1,
  elongation: 0.3,
  isStretched: false,
  tilt: 0.5,
  unevenness: 1.5,
};

/** One component. */
export interface Component {
  readonly weight: number;
  readonly mean: Float64Array;
  /** The lower Cholesky factor of its covariance, `[d, d]`. */
  readonly lower: Float64Array;
}

/** A mixture of `k` components in `d` dimensions; its weights add up to 1. */
export function drawMixture(
  random: Random,
  { d, k }: { readonly d: number; readonly k: number },
  { offset, separation, deviation, elongation, isStretched, tilt, unevenness }: MixtureTraits,
): Component[] {
  const shares = Array.from({ length: k }, () => Math.exp(random.uniform(0, unevenness)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  // The mean squared distance of two points in a cube of side 2s in d dimensions is (2/3)·d·s².
  const reach = (separation * deviation) / Math.sqrt((2 / 3) * d);
  const places = strata(random, k);
  const widths = strata(random, k);
  return shares.map((share, component) => {
    const mean = Float64Array.from({ length: d }, () => offset + random.uniform(-reach, reach));
    mean[0] = offset + reach * places[component]!;
    const lower = new Float64Array(d * d);
    for (let row = 0; row < d; row++) {
      const drawn = row === 0 ? widths[component]! : random.uniform(-1, 1);
      const width = isStretched ? (stretchedWidth(component, row, d) ?? drawn) : drawn;
      const own = deviation * Math.exp(elongation * width);
      for (let column = 0; column < row; column++)
        lower[row * d + column] = (own * random.normal(0, tilt)) / Math.sqrt(d);
      lower[row * d + row] = own;
    }
    return { weight: share / total, mean, lower };
  });
}

function stretchedWidth(component: number, row: number, d: number): number | undefined {
  if (row === component % d) return 1;
  return row === (component + 1) % d ? -1 : undefined;
}

/**
 * `count` numbers in [-1, 1] in random order, one at the centre of each of `count` equal parts: all differ, so all
 * components differ.
 */
function strata(random: Random, count: number): number[] {
  return random
    .shuffled(Array.from({ length: count }, (_, part) => part))
    .map((part) => (2 * (part + random.uniform(0.2, 0.8))) / count - 1);
}

/** The index of a random component, weighted. */
export function pickComponent(random: Random, mixture: readonly Component[]): number {
  let rest = random.uniform();
  for (const [component, { weight }] of mixture.entries()) {
    rest -= weight;
    if (rest < 0) return component;
  }
  return mixture.length - 1;
}

/** Generates a point of a component in `x`, from index `at`. */
export function drawPoint(random: Random, component: Component, x: Float32Array, at: number): void {
  placePoint(
    component,
    Float64Array.from(component.mean, () => random.normal()),
    x,
    at,
  );
}

/** Writes the point `z` deviations from a component's mean to `x`. */
export function placePoint({ mean, lower }: Component, z: Float64Array, x: Float32Array, at: number): void {
  const d = mean.length;
  for (let row = 0; row < d; row++) {
    let value = mean[row]!;
    for (let column = 0; column <= row; column++) value += lower[row * d + column]! * z[column]!;
    x[at + row] = value;
  }
}

/** `n` points of a mixture, `[n, d]`. */
export function drawPoints(random: Random, mixture: readonly Component[], n: number): Float32Array {
  const d = mixture[0]!.mean.length;
  const x = new Float32Array(n * d);
  for (let point = 0; point < n; point++) drawPoint(random, mixture[pickComponent(random, mixture)]!, x, point * d);
  return x;
}

/** Concatenates one vector or matrix of each component. */
export function stacked(mixture: readonly Component[], part: (component: Component) => Float64Array): Float32Array {
  const parts = mixture.map(part);
  const size = parts[0]!.length;
  const whole = new Float32Array(size * parts.length);
  for (const [index, values] of parts.entries()) whole.set(values, index * size);
  return whole;
}

/** The tensors that describe a mixture to an E-step. */
export function mixtureTensors(mixture: readonly Component[]) {
  return {
    weights: Float32Array.from(mixture, ({ weight }) => weight),
    means: stacked(mixture, ({ mean }) => mean),
    precision_cholesky: stacked(mixture, ({ lower, mean }) => invertedTranspose(EXACT, lower, mean.length)),
  };
}

/** A component's covariance, `[d, d]`. */
export function covarianceOf({ lower, mean }: Component): Float64Array {
  const d = mean.length;
  return Float64Array.from({ length: d * d }, (_, element) => {
    const i = Math.floor(element / d);
    const j = element % d;
    let sum = 0;
    for (let inner = 0; inner <= Math.min(i, j); inner++) sum += lower[i * d + inner]! * lower[j * d + inner]!;
    return sum;
  });
}

export type Mixture = readonly Component[];
export type Points = (random: Random, mixture: Mixture, n: number) => Float32Array;

/** Gives clusters the same shape, with means as many deviations apart as before. */
export const alike =
  ({ offset, deviation }: Pick<MixtureTraits, "offset" | "deviation">) =>
  (drawn: Mixture): Mixture => {
    const { lower, mean } = drawn[0]!;
    const centre = { weight: 1, mean: mean.map(() => offset), lower };
    return drawn.map((component) => {
      const place = new Float32Array(mean.length);
      const deviations = component.mean.map((value) => (value - offset) / deviation);
      placePoint(centre, deviations, place, 0);
      return { weight: component.weight, mean: Float64Array.from(place), lower };
    });
  };

/** Every other point as many deviations away from the first cluster, the others from a third of it upwards. */
export const farPoints =
  (farthest: number): Points =>
  (random, drawn, n) => {
    const d = drawn[0]!.mean.length;
    const x = new Float32Array(n * d);
    for (let point = 0; point < n; point++) {
      const direction = Float64Array.from({ length: d }, () => random.normal());
      const distance = point % 2 === 0 ? farthest : farthest * random.uniform(1 / 3, 1);
      const scale = distance / euclideanNorm(direction);
      const deviations = direction.map((value) => value * scale);
      placePoint(drawn[0]!, deviations, x, point * d);
    }
    return x;
  };

/** Clusters at corners of a cube: the bits of a cluster's index are its corner's coordinates. */
export const atCorners =
  (reach: number) =>
  (drawn: Mixture): Mixture =>
    drawn.map((component, number) => ({
      ...component,
      mean: component.mean.map((_, i) => PLAIN_MIXTURE.offset + reach * ((number >> i) & 1 ? 1 : -1)),
    }));

/** Every other point in one cluster, cluster by cluster; the others in the middle, where all clusters have a share. */
export const cornersAndMiddle: Points = (random, drawn, n) => {
  const d = drawn[0]!.mean.length;
  return random.f32(n * d, (_, at) => {
    const point = Math.floor(at / d);
    const isInMiddle = point % 2 === 1;
    const { mean } = drawn[Math.floor(point / 2) % drawn.length]!;
    return isInMiddle ? random.normal(PLAIN_MIXTURE.offset, 0.1) : random.normal(mean[at % d]!, 0.5);
  });
};

/** Every other point at the centre of a cluster, cluster by cluster. */
export const pointsAndMeans: Points = (random, drawn, n) => {
  const x = drawPoints(random, drawn, n);
  const d = x.length / n;
  for (let point = 0; point < n; point += 2) x.set(drawn[(point / 2) % drawn.length]!.mean, point * d);
  return x;
};

/** Weights from the smallest for the first component to nearly 1 for the last one. */
export const withSmallWeights =
  (smallest: number) =>
  (drawn: Mixture): Mixture => {
    const shares = drawn.map((_, component) => smallest ** (1 - component / Math.max(1, drawn.length - 1)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return drawn.map((component, number) => ({ ...component, weight: shares[number]! / total }));
  };

/** Points and a mixture that differs from the plain one in its traits, and perhaps in later changes. */
export function ofMixture(
  traits: Partial<MixtureTraits>,
  points: Points = drawPoints,
  change = (drawn: Mixture) => drawn,
) {
  return (random: Random, { n, d, k }: Record<MixtureShape, number>) => {
    const changed = change(drawMixture(random, { d, k }, { ...PLAIN_MIXTURE, ...traits }));
    return { x: points(random, changed, n), ...mixtureTensors(changed) };
  };
}
