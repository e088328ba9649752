import type { ReferenceFunction } from "../../../harness/task/reference-oracle.ts";
import {
  type Alternatives,
  anyOf,
  areIntegersUpTo,
  argminAcross,
  concat,
  div,
  exact,
  gatherBy,
  min,
  rowSums,
  square,
  sub,
  sum,
  tiled,
  type Vector,
} from "../../../reference/bounded.ts";
import { UnsolvableProblem } from "../../../reference/oracle.ts";

/** Below this, sums of squares in expanded form are still exact in f32: `4 · d · 16² < 2²⁴`. */
const LARGEST_EXACT = 16;
const MOST_EXACT_DIMENSIONS = 2 ** 14;

/** Lloyd's step. */
export const kmeansStep: ReferenceFunction<
  "n" | "d" | "k",
  never,
  "x" | "centroids",
  "labels" | "centroids_out" | "inertia"
> = ({ x, centroids }, { n, d, k }) => {
  const isExact = d < MOST_EXACT_DIMENSIONS && areIntegersUpTo(LARGEST_EXACT, x, centroids);
  const distances = Array.from({ length: k }, (_, cluster) => {
    const squares = square(sub(x, tiled(centroids.slice(cluster * d, d), n)));
    return isExact ? exact(rowSums(squares, d)) : rowSums(squares, d);
  });
  const labels = argminAcross(distances);
  const nearest = distances.reduce((least, distance) => min(least, distance));
  const members = membersOf(labels, k);
  const means = members.map((ofCluster, cluster) => newCentroid(x, centroids.slice(cluster * d, d), ofCluster));
  return { labels, centroids_out: concat(...means), inertia: sum(nearest) };
};

interface Members {
  /** Points with this label in every kernel. */
  readonly certain: number[];
  /** Points with this label in the reference, but perhaps not in a kernel. */
  readonly doubtful: number[];
  /** Points with another label in the reference that may have this one. */
  readonly possible: number[];
}

function membersOf({ own, others }: Alternatives, k: number): Members[] {
  const members = Array.from({ length: k }, (): Members => ({ certain: [], doubtful: [], possible: [] }));
  for (const [point, label] of own.values.entries()) {
    const rivals = others.get(point);
    members[label]![rivals === undefined ? "certain" : "doubtful"].push(point);
    for (const [rival] of rivals ?? []) members[rival]!.possible.push(point);
  }
  return members;
}

const MOST_IN_DOUBT = 8;

/** The mean of a cluster's points, for any labels that the points in doubt may have. An empty cluster keeps its centroid. */
function newCentroid(x: Vector, centroid: Vector, { certain, doubtful, possible }: Members): Vector {
  const open = [...doubtful, ...possible];
  if (open.length > MOST_IN_DOUBT) {
    throw new UnsolvableProblem(`${open.length} points are as near to one centroid as to another, within f32's errors`);
  }
  const subsets = open.reduce<number[][]>((all, point) => all.flatMap((own) => [own, [...own, point]]), [[]]);
  const others = subsets.map((own) => meanOf(x, centroid, [...certain, ...own]));
  return anyOf(meanOf(x, centroid, [...certain, ...doubtful]), ...others);
}

function meanOf(x: Vector, centroid: Vector, points: readonly number[]): Vector {
  const d = centroid.length;
  if (points.length === 0) return centroid;
  const sums = Array.from({ length: d }, (_, c) => sum(gatherBy(x, points.length, (at) => points[at]! * d + c)));
  return div(concat(...sums), points.length);
}
