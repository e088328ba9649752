import type { DataKind } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Random } from "../../../reference/random.ts";
import { drawMixture, drawPoint, type MixtureTraits, PLAIN_MIXTURE, pickComponent } from "../mixture.ts";

type Kind = DataKind<MixtureShape, "reg_covar">;

/** Points around 10 in every dimension: E[x²] - E[x]² loses two digits there. */
const TRAITS: MixtureTraits = { ...PLAIN_MIXTURE, offset: 10, separation: 4 };

/** How much likelier a point is to belong to the component that it was drawn from, as a logarithm. */
const OWN_PREFERENCE = 4;

/** Responsibilities of one point: a softmax of what `logit` gives. */
function softShares(random: Random, shares: Float32Array, logit: (component: number) => number): void {
  const logits = Float64Array.from(shares, (_, component) => logit(component) + random.normal(0, 1.5));
  const maximum = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, value) => sum + Math.exp(value - maximum), 0);
  logits.forEach((value, component) => {
    shares[component] = Math.exp(value - maximum) / total;
  });
}

/**
 * @param logit draws a problem's preference for each component: how likely all points are to belong to it, as a
 *   logarithm; minus infinity for a component without points
 * @param change is applied to the points
 */
function kind(
  name: string,
  about: string,
  traits: Partial<MixtureTraits>,
  logit: (random: Random, k: number) => (component: number) => number,
  change: (random: Random, x: Float32Array, d: number) => void = () => {},
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

/** One component differs from the others, half of the time the last one. */
function oneApart(random: Random, k: number, preference: number): (component: number) => number {
  const chosen = random.uniform() < 0.5 ? k - 1 : random.integer(0, k - 1);
  return (component) => (component === chosen && k > 1 ? preference : 0);
}

export const data: readonly Kind[] = [
  kind("plain", "clusters around 10 in every dimension, shared among all components", {}, uneven),
  kind("empty", "one component has no points at all: N is 10·ε and nothing else", {}, (random, k) =>
    oneApart(random, k, Number.NEGATIVE_INFINITY),
  ),
  kind("faint", "one component has a millionth of the points", {}, (random, k) => oneApart(random, k, -14)),
  kind("one-cluster", "one component has nearly all points, the others a few millionths", {}, (random, k) =>
    oneApart(random, k, 14),
  ),
  kind(
    "elongated",
    "nearly singular covariances, up to 400 times as wide in one dimension as in another",
    { elongation: 3, deviation: 0.5 },
    uneven,
  ),
  kind(
    "outliers",
    "the first, the last and one more point lie far out: whoever misses one is far off",
    { offset: 2 },
    uneven,
    (random, x, d) => {
      const n = x.length / d;
      for (const point of [0, random.integer(0, n - 1), n - 1]) {
        for (let i = 0; i < d; i++) x[point * d + i] = random.pick([-1, 1]) * random.uniform(0.5, 1) * (n + 100);
      }
    },
  ),
];
