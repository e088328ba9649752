import type { MixtureShape } from "../../reference/gaussian-mixture.ts";
import type { Random } from "../../reference/random.ts";
import { drawMixture, drawPoint, type MixtureTraits, pickComponent } from "./mixture-data.ts";

/** Log-odds in favour of the component that generated a point. */
const OWN_PREFERENCE = 4;

/**
 * Generates a problem's preference for each component: the logarithm of how likely all points are to belong to it; minus
 * infinity for a component without points.
 */
type Preferences = (random: Random, k: number) => (component: number) => number;

const uneven: Preferences = (random) => () => random.normal(0, 0.7);

export const everyThird =
  (from: "first" | "last", preference: number): Preferences =>
  (_, k) =>
  (component) =>
    k > 1 && (from === "first" ? component : k - 1 - component) % 3 === 0 ? preference : 0;

/** Responsibilities of one point: a softmax of the values of `logit`. */
function softShares(random: Random, shares: Float32Array, logit: (component: number) => number): void {
  const logits = Float64Array.from(shares, (_, component) => logit(component) + random.normal(0, 1.5));
  const maximum = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, value) => sum + Math.exp(value - maximum), 0);
  logits.forEach((value, component) => {
    shares[component] = Math.exp(value - maximum) / total;
  });
}

interface SharedPoints {
  readonly traits: MixtureTraits;
  readonly preferences?: Preferences;
  readonly change?: (random: Random, x: Float32Array, d: number) => void;
  /** Whether each point belongs only to the component that generated it. */
  readonly isOwned?: boolean;
}

/** Points of a mixture, perhaps changed, and the shares of its components in them. */
export function sharedPoints({ traits, preferences = uneven, change, isOwned = false }: SharedPoints) {
  return (random: Random, { n, d, k }: Record<MixtureShape, number>) => {
    const mixture = drawMixture(random, { d, k }, traits);
    const x = new Float32Array(n * d);
    const owners = Int32Array.from({ length: n }, (_, point) => {
      const owner = pickComponent(random, mixture);
      drawPoint(random, mixture[owner]!, x, point * d);
      return owner;
    });
    change?.(random, x, d);
    const preference = Float64Array.from({ length: k }, (_, component) => component).map(preferences(random, k));
    const responsibilities = new Float32Array(n * k);
    for (const [point, owner] of owners.entries()) {
      const shares = responsibilities.subarray(point * k, (point + 1) * k);
      const own = (component: number) => (component === owner ? OWN_PREFERENCE : 0);
      if (isOwned) shares[owner] = 1;
      else softShares(random, shares, (component) => preference[component]! + own(component));
    }
    return { x, responsibilities };
  };
}

/** The first point, the last and one other are far away. */
export const withOutliers =
  (farthest: number) =>
  (random: Random, x: Float32Array, d: number): void => {
    const n = x.length / d;
    for (const point of [0, Math.floor(n / 2), n - 1]) {
      for (let i = 0; i < d; i++) {
        const size = i < 2 ? farthest : farthest * random.uniform(0.5, 1);
        x[point * d + i] = i % 2 === 0 ? size : -size;
      }
    }
  };
