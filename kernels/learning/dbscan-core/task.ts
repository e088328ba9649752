import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost, notNegative } from "../../../harness/task/constraints.ts";
import { rowTurns } from "../../../harness/task/places.ts";
import {
  type Alternatives,
  areIntegersUpTo,
  concat,
  countWhere,
  exact,
  integers,
  mul,
  ofIntegers,
  rowSums,
  sqrt,
  square,
  sub,
  tiled,
  type Vector,
} from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import { ULP } from "../../../reference/rounding.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

type Size = "n" | "d";
type Param = "eps" | "min_samples";

const TILE = 16;
const RANGE = [-1000, 1000] as const;
/** Multiples of it are exact in f32, and so are sums of the squares of a thousand of them up to 16. */
const STEP = 0.25;
const MOST_STEPS = 16 / STEP;
const MOST_EXACT_DIMENSIONS = 2 ** 10;

/** In float64, squared distances farther from eps² than this, relative to it, are decided for every f32 kernel. */
const margin = (d: number) => (4 * d + 64) * ULP;
/** Below this, flushed subnormal numbers decide. */
const SMALLEST_SQUARE = 1e-30;

/** Points that are certainly near, and those of which f32 may decide. */
function split({ values }: Vector, { values: point }: Vector, limit: number) {
  const d = point.length;
  let near = 0;
  const open: number[] = [];
  for (let start = 0; start < values.length; start += d) {
    let squares = 0;
    for (let c = 0; c < d; c++) squares += (values[start + c]! - point[c]!) ** 2;
    if (Math.abs(squares - limit) <= margin(d) * limit || limit < SMALLEST_SQUARE) open.push(start / d);
    else if (squares < limit) near++;
  }
  return { near, open };
}

/** How many points are near. Where f32 rounds, distances may be compared instead of their squares. */
function countNear(x: Vector, point: Vector, eps: Vector): Alternatives {
  const d = point.length;
  const limit = eps.values[0]! ** 2;
  const { near, open } = split(x, point, limit);
  if (open.length === 0) return integers([near]);
  const doubtful = concat(...open.map((index) => x.slice(index * d, d)));
  const squares = rowSums(square(sub(doubtful, tiled(point, open.length))), d);
  const isExact =
    d <= MOST_EXACT_DIMENSIONS &&
    areIntegersUpTo(MOST_STEPS, mul(doubtful, 1 / STEP), mul(point, 1 / STEP)) &&
    Math.fround(limit) === limit;
  const counted = isExact
    ? countWhere(exact(squares), ["less", "equal"], limit)
    : countWhere(sqrt(squares), ["less", "equal"], eps);
  return ofIntegers((count) => near + count, counted);
}

/** Draws each point by the turn of its row, kept to the range. */
const points =
  (
    draw: (random: Random, turn: number, eps: number, d: number) => (column: number) => number,
  ): DrawInputs<Size, Param> =>
  (random, { n, d }, { eps }) => {
    const x = new Float32Array(n * d);
    for (const [row, turn] of rowTurns(random, n).entries()) {
      const value = draw(random, turn, eps, d);
      for (let c = 0; c < d; c++) x[row * d + c] = Math.min(Math.max(value(c), RANGE[0]), RANGE[1]);
    }
    return { x };
  };

/** One point in three in a dense cluster, where about half of the pairs are neighbours, the others ever farther out. */
const clusters = (level: number, scattered: number) =>
  points((random, turn, eps, d) => {
    const spread = [0.7, 4, scattered][turn % 3]! * eps;
    return () => random.normal(level, spread / Math.sqrt(d));
  });

/** Clusters in both corners of the range, and single points between. */
const ends = points((random, turn, eps, d) => {
  const [least, most] = RANGE;
  if (turn % 4 > 1) return () => random.uniform(least, most);
  const inside = (column: number) => (column === 0 ? 0 : Math.abs(random.normal(0, (0.7 * eps) / Math.sqrt(d))));
  return turn % 4 === 0 ? (column) => least + inside(column) : (column) => most - inside(column);
});

/** Multiples of 0.25. Half of the points lie in a small part of a plane, so that many distances are exactly eps. */
const lattice = points((random, turn) => {
  if (turn % 2 === 1) return () => random.integer(-MOST_STEPS, MOST_STEPS) * STEP;
  return (column) => (column < 2 ? random.integer(-8, 8) * STEP : 0);
});

/** Points of which half lie on a line, eps apart but for roundings. */
const chain = points((random, turn, eps, d) => {
  if (turn % 2 === 1) return () => random.normal(0, (100 * eps) / Math.sqrt(d));
  const place = 0.1 + 1.1 * eps * (turn >> 5);
  const next = turn % 8 === 2 ? eps : 0;
  return (column) => (column === 0 ? place + next : 0.1);
});

export default composeTask({
  name: "dbscan-core",
  family: "learning",
  title: "Core points of DBSCAN",
  step: { track: "statistics", level: 2, teaches: "all pairs, counts, comparisons at a limit", questions: [28] },
  statement: `Count every point's neighbours within \`eps\`, and mark core points, which have at least \`min_samples\`:

    neighbours[i] = number of j with sum over c of (x[i,c] - x[j,c])² <= eps²
    core[i]       = 1 if neighbours[i] >= min_samples, else 0

A point counts itself, and points at a distance of exactly \`eps\`. A distance so close to \`eps\` that f32 cannot decide may
go either way; distances that f32 computes exactly, such as those of small integers, may not. Points may be far from the
origin compared with their distances.`,
  example: { shape: { n: 4, d: 1 }, params: { eps: 2, min_samples: 3 }, inputs: { x: [1, 3, 8, 5] } },
  hints: [
    "One invocation for each point is enough, with a loop over all points and one over the coordinates.",
    "Compare squares, with <=: a root may round a distance of exactly eps up.",
    "|a|² + |b|² - 2·a·b cancels far from the origin: subtract before squaring.",
    "Share tiles of 16 points in workgroup memory: each coordinate is then read once for 16 pairs.",
  ],
  shape: { n: "points", d: "coordinates of a point" },
  params: {
    eps: ["the largest distance of a neighbour", 0.5, 1.25, 2],
    min_samples: ["the least number of neighbours of a core point, itself included", 4, 10, 2, 6],
  },
  inputs: { x: { dims: ["n", "d"], about: "points", range: RANGE } },
  outputs: {
    neighbours: { type: "u32", dims: ["n"], about: "the number of neighbours, the point itself included" },
    core: { type: "u32", dims: ["n"], about: "1 for core points, 0 for others" },
  },
  unit: ["n"],
  constraints: [
    atMost("n", 8192),
    notNegative("eps"),
    {
      sentence: "`min_samples` is a positive integer.",
      of: "dimensions",
      holds: ({ params: { min_samples } }) => Number.isInteger(min_samples) && min_samples > 0,
    },
  ],
  reference: {
    prepare: ({ x: all }, { eps, min_samples }) => {
      const least = min_samples.values[0]!;
      return ({ x: point }) => {
        const neighbours = countNear(all, point, eps);
        return { neighbours, core: ofIntegers((count) => (count >= least ? 1 : 0), neighbours) };
      };
    },
  },
  cases: casesOf({
    axes: ["n", "d"],
    checks: [
      ["tiny", [1, 1]],
      ["tiny", [5, 2]],
      ["odd sizes", [97, 3], "all"],
      ["odd sizes", [263, 2], "all"],
      ["around a tile", [63, 16]],
      ["around a tile", [64, 17]],
      ["around a tile", [65, 15], "all"],
      ["around a tile", [255, 64]],
      ["long", [31, 8209]],
      ["long", [2, 65_537]],
      ["many points", [1031, 5], "all"],
      ["many points", [8192, 2]],
    ],
    draw: (random) => [random.integer(20, 400), random.integer(1, 20)],
    measures: { small: [1024, 8], medium: [4096, 16], large: [8192, 32] },
  }),
  data: {
    plain: ["a third of the points in a dense cluster, the others ever farther out", clusters(0, 100)],
    ends: ["clusters in both corners of the range, and points between", ends, "ends"],
    far: ["clusters far from the origin compared with their distances", clusters(900, 20)],
    lattice: ["multiples of 0.25, so that many distances are exactly eps", lattice],
    chain: ["points on a line whose distances are eps but for roundings", chain],
  },
  flops: ({ n, d }) => 3 * n * n * d,
  mistakes: [
    {
      name: "eps-excluded",
      about: "points at a distance of exactly eps are not counted",
      hint: "Compare with <=.",
      edits: [["squares <= EPS * EPS", "squares < EPS * EPS"]],
    },
    {
      name: "itself-left-out",
      about: "the point itself is not counted",
      hint: "Start the count without exceptions: a point is its own neighbour.",
      edits: [["if (squares <= EPS * EPS)", "if (squares <= EPS * EPS && i != j)"]],
    },
    {
      name: "eps-not-squared",
      about: "squared distances are compared with eps",
      hint: "Compare squared distances with EPS * EPS.",
      edits: [["squares <= EPS * EPS", "squares <= EPS"]],
    },
    {
      name: "more-than-min-samples",
      about: "core points need more than min_samples neighbours",
      hint: "Compare with >=: min_samples neighbours are enough.",
      edits: [["count >= MIN_SAMPLES", "count > MIN_SAMPLES"]],
    },
    {
      name: "absolute-differences",
      about: "absolute differences are added instead of squares",
      hint: "Multiply each difference by itself.",
      edits: [["difference * difference", "abs(difference)"]],
    },
    {
      name: "expanded-square",
      about: "the square is expanded into |a|² + |b|² - 2·a·b, which cancels far from the origin",
      hint: "Subtract the coordinates before squaring.",
      isUnstable: true,
      edits: [
        ["let difference = x[i * D + c] - x[j * D + c];", "let a = x[i * D + c]; let b = x[j * D + c];"],
        ["squares += difference * difference;", "squares += a * a; squares += b * b; squares -= 2.0 * a * b;"],
      ],
    },
    {
      name: "last-point-left-out",
      about: "the last point is never counted",
      hint: "Loop while j < N.",
      edits: [["j < N", "j < N - 1"]],
    },
    {
      name: "last-coordinate-left-out",
      about: "the last coordinate is missing from the distances",
      hint: "Loop while c < D.",
      edits: [["c < D", "c < D - 1"]],
    },
    {
      name: "earlier-points-only",
      about: "only points up to the point itself are counted",
      hint: "Compare every point with all points, later ones included.",
      edits: [["j < N", "j <= i"]],
    },
  ],
  plain: { code: plain, invocationFor: ["n"] },
  tuned: ({ shape: { n, d }, params: { eps, min_samples } }) => ({
    passes: [
      {
        code: tuned,
        constants: { N: n, D: d, EPS: eps, MIN_SAMPLES: min_samples },
        bindings: ["x", "neighbours", "core"],
        workgroups: [Math.ceil(n / TILE)],
      },
    ],
  }),
});
