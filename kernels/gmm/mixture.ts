import { invertedTranspose } from "../../reference/cholesky.ts";
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
