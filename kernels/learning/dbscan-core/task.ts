import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost, notNegative, positiveInteger } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import {
  areIntegersUpTo,
  countWhere,
  exact,
  mul,
  ofIntegers,
  rowSums,
  sqrt,
  square,
  sub,
  tiled,
} from "../../../reference/bounded.ts";
import { euclideanNorm } from "../../../reference/euclidean-norm.ts";
import type { Random } from "../../../reference/random.ts";
import inputs from "../../software/inputs.wgsl";
import { tiles, workgroupsOf } from "../../software/product.ts";
import { widthFor } from "../../software/row-vectors.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import squares from "../../software/step-of-squares.wgsl";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

const TILE = 16;
/** The largest magnitude of a coordinate. */
const LARGEST = 100;

/** Coordinates and eps in quarters, whose squares f32 adds exactly in any form: `4 · d · 64² < 2²⁴`. */
const GRID = 4;
const LARGEST_EXACT = 64;
const MOST_EXACT_DIMENSIONS = 1023;

type Draw = DrawInputs<"n" | "d", "eps" | "min_samples">;

/** A point's distance from the centre of its cluster, in eps. One in three points belongs to none. */
type LengthOf = (random: Random) => number;
const within: LengthOf = (random) => (random.integer(0, 2) === 0 ? random.uniform(1.2, 2) : random.uniform(0, 1));
/** One point in four is at the centre, the others at almost eps from it. */
const nearLimit: LengthOf = (random) => (random.integer(0, 3) === 0 ? 0 : 1 + random.uniform(-0.01, 0.01));

/** Centres around one level, far enough from each other that most clusters have neighbours of their own. */
const around =
  (level: number) =>
  (random: Random, eps: number, { d, count }: { d: number; count: number }) => {
    const spread = Math.min(4 * eps * count ** (1 / d), 25);
    return random.f32(d, () => level + random.normal(0, spread / Math.sqrt(d)));
  };

/** Centres along a diagonal, from both of its ends. */
const atEnds = (_: Random, eps: number, { d, index }: { d: number; index: number }) =>
  new Float32Array(d).fill((index % 2 === 0 ? -1 : 1) * (LARGEST - Math.floor(index / 2) * 3 * eps));

/** Clusters of about ten points. */
const clusters =
  (
    centreOf: (random: Random, eps: number, at: { d: number; count: number; index: number }) => Float32Array,
    lengthOf: LengthOf,
  ): Draw =>
  (random, { n, d }, { eps }) => {
    const count = Math.ceil(n / 10);
    const centres = Array.from({ length: count }, (_, index) => centreOf(random, eps, { d, count, index }));
    const x = new Float32Array(n * d);
    for (let i = 0; i < n; i++) {
      const step = random.f32(d, () => random.normal(0, 1));
      const scale = (eps * lengthOf(random)) / euclideanNorm(step);
      const centre = random.pick(centres);
      for (let c = 0; c < d; c++) {
        x[i * d + c] = Math.min(Math.max(centre[c]! + scale * step[c]!, -LARGEST), LARGEST);
      }
    }
    return { x };
  };

const GROUP = 12;

/** Points on a grid, in groups: most of a group's points are a step of about eps, along one axis, from its first. */
const atEps: Draw = (random, { n, d }, { eps }) => {
  const x = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const place = i % GROUP;
    if (place === 0) {
      for (let c = 0; c < d; c++) x[i * d + c] = random.integer(-8 * GRID, 8 * GRID) / GRID;
      continue;
    }
    x.copyWithin(i * d, (i - place) * d, (i - place + 1) * d);
    const step = random.pick([0, eps, eps, eps - 1 / GRID, eps + 1 / GRID, eps + 1 / GRID]);
    x[i * d + random.integer(0, d - 1)]! += random.pick([-1, 1]) * step;
  }
  return { x };
};

export default composeTask({
  name: "dbscan-core",
  family: "learning",
  title: "Core points of DBSCAN",
  step: { track: "statistics", level: 2, teaches: "all pairs of points, and comparisons at a limit", questions: [28] },
  statement: `Count every point's neighbours, and mark the core points of DBSCAN:

    neighbours[i] = number of j with sum over c of (x[i,c] - x[j,c])² <= eps²
    core[i]       = 1 if neighbours[i] >= min_samples, else 0

A point is its own neighbour. So is one at a distance of exactly \`eps\`: compare squares, since \`sqrt\` rounds. If f32
cannot decide whether a point is near enough, either count is correct. Points may be far from the origin compared with
\`eps\`.`,
  example: {
    shape: { n: 4, d: 2 },
    params: { eps: 2.5, min_samples: 3 },
    inputs: { x: [0, 0, 1.5, 2, 1.5, -2, 4, 4] },
  },
  hints: [
    "One invocation for each point, with a loop over all points, is enough. The point itself counts.",
    "Compare the sum of squares with EPS * EPS, by <=: a root may round to the wrong side of eps.",
    "Subtract before squaring: |x|² + |y|² - 2·x·y cancels far from the origin.",
    "Share tiles of points in workgroup memory: each coordinate is then read once for 16 pairs.",
  ],
  shape: { n: "points", d: "coordinates of a point" },
  params: {
    eps: ["the largest distance of neighbours", 0.5, 1.25, 2.5],
    min_samples: ["the fewest neighbours of a core point", 4, 2, 3],
  },
  inputs: { x: { dims: ["n", "d"], about: "points", range: [-LARGEST, LARGEST] } },
  outputs: {
    neighbours: { type: "u32", dims: ["n"], about: "each point's number of neighbours" },
    core: { type: "u32", dims: ["n"], about: "1 for core points, 0 for others" },
  },
  unit: ["n"],
  constraints: [atMost("n", 8192), notNegative("eps"), positiveInteger("min_samples")],
  reference: {
    prepare({ x: all }, { n, d, eps, min_samples }) {
      const least = min_samples.values[0]!;
      const isExact =
        d <= MOST_EXACT_DIMENSIONS && [all, eps].every((one) => areIntegersUpTo(LARGEST_EXACT, mul(one, GRID)));
      return ({ x }) => {
        const squares = rowSums(square(sub(all, tiled(x, n))), d);
        const neighbours = isExact
          ? countWhere(exact(squares), ["less", "equal"], exact(square(eps)))
          : countWhere(sqrt(squares), ["less", "equal"], eps);
        return { neighbours, core: ofIntegers((count) => (count >= least ? 1 : 0), neighbours) };
      };
    },
  },
  cases: casesOf({
    axes: ["n", "d"],
    checks: [
      ["tiny", [1, 1]],
      ["tiny", [5, 2]],
      ["odd sizes", [37, 3], "all", { min_samples: 5 }],
      ["odd sizes", [97, 1], "plain", { min_samples: 6 }],
      ["odd sizes", [131, 13]],
      ["around a tile", [63, 17], "all"],
      ["around a tile", [64, 15]],
      ["around a tile", [65, 16], "all"],
      ["around a tile", [257, 65]],
      ["around a tile", [129, 63]],
      ["long", [9, 8209]],
      ["long", [2, 65_537]],
      ["many points", [2053, 2]],
    ],
    draw: (random) => [random.integer(20, 400), random.integer(2, 40)],
    measures: { small: [1024, 8], medium: [4096, 8], large: [8192, 16] },
  }),
  data: {
    plain: ["clusters around 1, of neighbours and others", clusters(around(1), within)],
    "at-eps": ["points on a grid, many of them at exactly eps from others", atEps],
    far: ["clusters far from the origin, with distances close to eps", clusters(around(90), nearLimit)],
    ends: ["clusters next to each other at both ends of the range", clusters(atEnds, within), "ends"],
  },
  flops: ({ n, d }) => n * n * 3 * d,
  mistakes: [
    ...mistakes({
      "strictly-nearer": [
        "points at exactly eps are not counted",
        "Compare by <=: a point at a distance of exactly eps is a neighbour.",
        ["squares <= EPS", "squares < EPS"],
      ],
      "itself-left-out": [
        "a point is not counted as its own neighbour",
        "Count the point itself: its distance is 0.",
        ["if (squares <= EPS", "if (j != i && squares <= EPS"],
      ],
      "eps-not-squared": [
        "the squared distance is compared with eps",
        "Compare the sum of squares with EPS * EPS.",
        ["EPS * EPS", "EPS"],
      ],
      "counting-stops-at-min-samples": [
        "counting stops at min_samples",
        "Count all neighbours, also those of a point that is known to be a core point.",
        ["if (squares <= EPS", "if (count < u32(MIN_SAMPLES) && squares <= EPS"],
      ],
      "more-than-min-samples": [
        "a point with exactly min_samples neighbours is not marked",
        "Mark a point if its count is >= min_samples.",
        ["count >= u32", "count > u32"],
      ],
      "absolute-differences": [
        "absolute differences are added instead of squares",
        "Multiply each difference by itself: the distance is Euclidean.",
        ["difference * difference", "abs(difference)"],
        ["EPS * EPS", "EPS"],
      ],
      "only-later-points": [
        "only points with a higher index are compared",
        "Begin with point 0: every point counts its neighbours on both sides.",
        ["var j = 0u", "var j = i"],
      ],
    }),
    {
      name: "expanded-square",
      about: "the square is expanded into |x|² + |y|² - 2·x·y, which cancels far from the origin",
      hint: "Subtract the coordinates before squaring.",
      isUnstable: true,
      edits: [
        ["let difference = x[i * D + c] - x[j * D + c];", "let a = x[i * D + c]; let b = x[j * D + c];"],
        ["squares += difference * difference;", "squares += a * a; squares += b * b; squares -= 2.0 * a * b;"],
      ],
    },
    ...axisMistakes({
      element: "point",
      variable: "j",
      end: "N",
      fate: "not counted",
      tiles: [16, 64],
      stopAt: (end) => [["j < N", `j < ${end}`]],
    }),
    ...axisMistakes({
      element: "coordinate",
      variable: "c",
      end: "D",
      fate: "missing from the distance",
      tiles: [4, 16],
      stopAt: (end) => [["c < D", `c < ${end}`]],
    }),
  ],
  plain: { code: plain, invocationFor: ["n"] },
  tuned: {
    // In registers: tiles in workgroup memory need barriers, which cost a software adapter more than the loads they save.
    software: ({ shape: { n, d }, params: { eps, min_samples }, device }) => {
      const width = widthFor(d);
      const points = { ROWS: n, COLUMNS: n, INPUTS: d, INPUTS_ROW: d / width };
      return {
        passes: [
          {
            code: [tiles({ read: { x: "INPUTS" }, written: {} }, width, device, squares), inputs, software].join("\n"),
            constants: { ...points, LIMIT: eps * eps, MIN_SAMPLES: min_samples },
            bindings: ["x", "neighbours", "core"],
            workgroups: [workgroupsOf(n)],
          },
        ],
        requires: featuresFor(device),
      };
    },
    hardware: ({ shape: { n, d }, params: { eps, min_samples } }) => ({
      passes: [
        {
          code: tuned,
          constants: { N: n, D: d, LIMIT: eps * eps, MIN_SAMPLES: min_samples },
          bindings: ["x", "neighbours", "core"],
          workgroups: [Math.ceil(n / TILE)],
        },
      ],
    }),
  },
});
