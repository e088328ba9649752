import type { DataKind } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Random } from "../../../reference/random.ts";
import { drawMixture, drawPoint, type MixtureTraits, PLAIN_MIXTURE, pickComponent } from "../mixture.ts";

type Kind = DataKind<MixtureShape, "reg_covar">;

/** Points around 10 in every dimension: E[x²] - E[x]² loses two digits there. */
const TRAITS: MixtureTraits = { ...PLAIN_MIXTURE, offset: 10, separation: 4 };

/** Log-odds in favour of the component that generated a point. */
const OWN_PREFERENCE = 4;

/** Distance of outliers from the origin. */
export const FARTHEST = 1e5;

/** Responsibilities of one point: a softmax of the values of `logit`. */
function softShares(random: Random, shares: Float32Array, logit: (component: number) => number): void {
  const logits = Float64Array.from(shares, (_, component) => logit(component) + random.normal(0, 1.5));
  const maximum = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, value) => sum + Math.exp(value - maximum), 0);
  logits.forEach((value, component) => {
    shares[component] = Math.exp(value - maximum) / total;
  });
}

/**
 * @param logit generates a problem's preference for each component: the logarithm of how likely all points are to
 *   belong to it; minus infinity for a component without points
 * @param change is applied to the points
 * @param isOwned whether each point belongs only to the component that generated it
 */
function kind(
  name: string,
  about: string,
  traits: Partial<MixtureTraits>,
  logit: (random: Random, k: number) => (component: number) => number,
  change: (random: Random, x: Float32Array, d: number) => void = () => {},
  isOwned = false,
): Kind {
  return {
    name,
    about,
    draw(random, { n, d, k }) {
      const mixture = drawMixture(random, { d, k }, { ...TRAITS, ...traits });
      const x = new Float32Array(n * d);
      const owners = Int32Array.from({ length: n }, (_, point) => {
        const owner = pickComponent(random, mixture);
        drawPoint(random, mixture[owner]!, x, point * d);
        return owner;
      });
      change(random, x, d);
      const preference = Float64Array.from({ length: k }, (_, component) => component).map(logit(random, k));
      const responsibilities = new Float32Array(n * k);
      for (let point = 0; point < n; point++) {
        const shares = responsibilities.subarray(point * k, (point + 1) * k);
        if (isOwned) {
          shares[owners[point]!] = 1;
          continue;
        }
        softShares(
          random,
          shares,
          (component) => preference[component]! + (component === owners[point] ? OWN_PREFERENCE : 0),
        );
      }
      return { x, responsibilities };
    },
  };
}

const uneven = (random: Random) => () => random.normal(0, 0.7);

/** A preference for every third component, counted from the first or from the last. */
function everyThird(from: "first" | "last", preference: number) {
  return (_random: Random, k: number) => (component: number) =>
    k > 1 && (from === "first" ? component : k - 1 - component) % 3 === 0 ? preference : 0;
}

export const data: readonly Kind[] = [
  kind("plain", "clusters around 10 in every dimension, shared among all components", {}, uneven),
  kind(
    "empty",
    "every third component, including the last, has no points: N is just 10·ε",
    {},
    everyThird("last", Number.NEGATIVE_INFINITY),
  ),
  kind(
    "faint",
    "every third component, including the first, has such a small share of all points that N is about twice 10·ε",
    {},
    everyThird("first", -35),
  ),
  kind(
    "one-cluster",
    "one component has nearly all points, the others a few millionths",
    {},
    (_random, k) => (component) => (component === Math.floor(k / 2) && k > 1 ? 14 : 0),
  ),
  kind("owned", "each point belongs to a single component: responsibilities are 0 and 1", {}, uneven, () => {}, true),
  kind(
    "elongated",
    "nearly singular covariances, 400 times as wide in one dimension as in another",
    { elongation: 3, isStretched: true, deviation: 0.5 },
    uneven,
  ),
  kind(
    "outliers",
    "the first point, the last and one other are 100,000 away: missing one causes a large error",
    { offset: 2 },
    uneven,
    (random, x, d) => {
      const n = x.length / d;
      for (const point of [0, Math.floor(n / 2), n - 1]) {
        for (let i = 0; i < d; i++) {
          const size = i < 2 ? FARTHEST : FARTHEST * random.uniform(0.5, 1);
          x[point * d + i] = i % 2 === 0 ? size : -size;
        }
      }
    },
  ),
];
