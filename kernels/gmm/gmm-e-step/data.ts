import type { DataKind } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Random } from "../../../reference/random.ts";
import {
  type Component,
  drawMixture,
  drawPoint,
  drawPoints,
  type MixtureTraits,
  mixtureTensors,
  PLAIN_MIXTURE,
} from "../mixture.ts";

type Kind = DataKind<MixtureShape, never>;

/** A data kind that differs from the plain one in the mixture, and perhaps in where its points lie. */
function mixtureKind(
  name: string,
  about: string,
  traits: Partial<MixtureTraits> = {},
  points: (random: Random, mixture: readonly Component[], n: number) => Float32Array = drawPoints,
): Kind {
  return {
    name,
    about,
    draw(random, { n, d, k }) {
      const mixture = drawMixture(random, { d, k }, { ...PLAIN_MIXTURE, ...traits });
      return { x: points(random, mixture, n), ...mixtureTensors(mixture) };
    },
  };
}

export const data: readonly Kind[] = [
  mixtureKind("plain", "points of clusters that overlap, around 4 in every dimension"),
  mixtureKind(
    "far",
    "points 20 to 60 deviations away from all clusters: every density underflows",
    {},
    (random, mixture, n) => {
      const x = drawPoints(random, mixture, n);
      const d = x.length / n;
      for (let point = 0; point < n; point++) {
        const shift = (random.pick([-1, 1]) * random.uniform(20, 60)) / Math.sqrt(d);
        for (let i = 0; i < d; i++) x[point * d + i]! += shift;
      }
      return x;
    },
  ),
  mixtureKind(
    "outer-clusters",
    "points belong to the first and to the last of the clusters, which lie far apart: the other responsibilities vanish, and exp overflows unless the maximum is of all",
    { separation: 25 },
    (random, mixture, n) => {
      const d = mixture[0]!.mean.length;
      const x = new Float32Array(n * d);
      for (let point = 0; point < n; point++) drawPoint(random, mixture.at(-(point % 2))!, x, point * d);
      return x;
    },
  ),
  mixtureKind("overlapping", "clusters in nearly the same place, with weights from 1 to 1/3,000", {
    separation: 0.3,
    elongation: 0.1,
    unevenness: 8,
  }),
  mixtureKind("tight", "clusters a hundredth as wide: large positive log-densities", { offset: 1, deviation: 0.01 }),
  mixtureKind("elongated", "nearly singular covariances, up to 400 times as wide in one dimension as in another", {
    elongation: 3,
    deviation: 0.5,
  }),
];
