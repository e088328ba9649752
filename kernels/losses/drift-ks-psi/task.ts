import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import {
  abs,
  anyOf,
  bisectRight,
  div,
  integers,
  log,
  max,
  maximum,
  mul,
  sub,
  sum,
} from "../../../reference/bounded.ts";
import type { Random } from "../../../reference/random.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

const LANES = 256;
/** The largest magnitude of a sample or an edge. */
const LARGEST = 1e6;

/** Samples of both sets, each drawn by itself, and edges in ascending order. */
const samples =
  (
    draw: (random: Random, isCurrent: boolean) => number,
    edge: (random: Random, place: number, count: number) => number,
  ): DrawInputs<"reference" | "current" | "bins", "floor"> =>
  (random, { reference, current, bins }) => ({
    reference: random.f32(reference, () => draw(random, false)),
    current: random.f32(current, () => draw(random, true)),
    edges: random.f32(bins - 1, (_, place) => edge(random, place, bins - 1)).sort(),
  });

/** Edges anywhere among the samples, and a little beyond. */
const scattered = (random: Random) => random.normal(0, 1.3);
const quarters = (value: number) => Math.round(4 * value) / 4;
const nearEnds = (random: Random) =>
  random.pick([-1, 1]) * (LARGEST - random.pick([0, 1, 1, 1, 6]) * random.uniform(0, LARGEST / 8));

export default composeTask({
  name: "drift-ks-psi",
  family: "losses",
  title: "Drift of a distribution",
  step: {
    track: "statistics",
    level: 4,
    teaches: "empirical distributions, values on edges, and empty bins",
    questions: [49],
  },
  statement: `Measure how far samples have drifted from a reference: the two-sample Kolmogorov-Smirnov statistic, and the population
stability index.

    F[x], G[x] = the shares of \`reference\` and of \`current\` that are <= x
    ks[0]      = max over all x of |F[x] - G[x]|
    r[b], c[b] = the shares of \`reference\` and of \`current\` in bin b, each raised to \`floor\` if it is less
    psi[0]     = sum over b of (c[b] - r[b]) · ln(c[b] / r[b])

Bin b reaches from edges[b-1], included, to edges[b], excluded; the first and the last bin are open. Samples may be equal
to others of either set. The maximum is found at a sample, of either set. Neither set is sorted.`,
  example: {
    shape: { reference: 4, current: 2, bins: 3 },
    params: { floor: 0.01 },
    inputs: { reference: [2, 1, 3, 2], current: [2, 4], edges: [2, 3] },
  },
  hints: [
    "For each sample of either set, count those of both sets that are not greater: that is fast enough at this size.",
    "A value on an edge belongs to the bin above: compare by x >= lower and x < upper.",
    "Raise a share of 0 to the floor before the logarithm.",
    "Let an invocation find its sample's bin by bisection, and count with atomicAdd in scratch, which starts as zeros.",
  ],
  shape: { reference: "samples of the reference", current: "samples to compare", bins: "bins" },
  params: { floor: ["the least share of a bin", 1e-4, 1e-3, 0.01] },
  inputs: {
    reference: { dims: ["reference"], about: "samples of the reference", range: [-LARGEST, LARGEST] },
    current: { dims: ["current"], about: "samples to compare", range: [-LARGEST, LARGEST] },
    edges: { dims: ["bins-1"], about: "edges between bins", range: [-LARGEST, LARGEST] },
  },
  outputs: {
    ks: { dims: ["1"], about: "Kolmogorov-Smirnov statistic" },
    psi: { dims: ["1"], about: "population stability index" },
  },
  unit: [],
  constraints: [
    atMost("reference", 8192),
    atMost("current", 8192),
    { sentence: "`bins` is at least 2.", of: "dimensions", holds: ({ shape }) => shape.bins >= 2 },
    {
      sentence: "`floor` is positive, and less than 1.",
      of: "dimensions",
      holds: ({ params: { floor } }) => floor > 0 && floor < 1,
    },
    {
      sentence: "`edges` ascend.",
      of: "inputs",
      holds: ({ inputs: { edges } }) => edges!.every((edge, b) => b === 0 || edge >= edges![b - 1]!),
    },
  ],
  reference({ reference, current, edges }, { bins, floor }) {
    const [r, c] = [reference, current].map(({ values }) => values.slice().sort());
    const points = [...r!, ...c!];
    const sharesBelow = (sorted: Float64Array) =>
      div(integers(points.map((x) => bisectRight(sorted, x))).own, sorted.length);
    const sharesOfBins = (samplesOf: Float64Array) => {
      const counts = new Float64Array(bins);
      for (const x of samplesOf) counts[bisectRight(edges.values, x)]!++;
      return max(div(integers(counts).own, samplesOf.length), floor);
    };
    const [expected, actual] = [sharesOfBins(r!), sharesOfBins(c!)];
    const logarithms = anyOf(log(div(actual, expected)), sub(log(actual), log(expected)));
    return {
      ks: maximum(abs(sub(sharesBelow(r!), sharesBelow(c!)))),
      psi: sum(mul(sub(actual, expected), logarithms)),
    };
  },
  cases: casesOf({
    axes: ["reference", "current", "bins"],
    checks: [
      ["tiny", [1, 1, 2]],
      ["tiny", [3, 2, 3]],
      ["odd sizes", [97, 61, 13], "all"],
      ["odd sizes", [263, 1031, 7]],
      ["around a tile", [63, 65, 16]],
      ["around a tile", [64, 15, 17], "all"],
      ["around a tile", [17, 64, 63], "all"],
      ["around a tile", [257, 255, 65]],
      ["one sample", [131, 1, 5]],
      ["many bins", [37, 29, 65_537]],
      ["many samples", [2053, 1021, 10], ["plain", "lower"]],
    ],
    draw: (random) => [random.integer(10, 700), random.integer(10, 700), random.integer(2, 40)],
    measures: { small: [1024, 1024, 10], medium: [4096, 4096, 20], large: [8192, 8192, 50] },
  }),
  data: {
    plain: [
      "normal samples, of which the current ones are higher",
      samples((random, isCurrent) => (isCurrent ? random.normal(0.4, 1.3) : random.normal(0, 1)), scattered),
    ],
    lower: [
      "the current samples are lower",
      samples((random, isCurrent) => (isCurrent ? random.normal(-0.5, 0.8) : random.normal(0, 1)), scattered),
    ],
    "on-edges": [
      "samples and edges in steps of a quarter, so that many are equal",
      samples(
        (random, isCurrent) => quarters(random.normal(isCurrent ? 0.3 : 0, 1)),
        (_, place, count) => (place - (count >> 1)) / 4,
      ),
    ],
    apart: [
      "both sets are so far apart that most bins hold samples of one at most",
      samples(
        (random, isCurrent) => (isCurrent ? 2 : -2) + random.uniform(-1, 1),
        (random) => random.uniform(-4, 4),
      ),
    ],
    ends: ["samples and edges near the ends of their range", samples(nearEnds, nearEnds), "ends"],
  },
  scratchLimitBytes: ({ reference, current, bins }) => 8 * bins + 16 * (reference + current) + 4096,
  flops: ({ reference, current, bins }) => (reference + current) * (2 * (reference + current) + bins),
  mistakes: [
    ...mistakes({
      "edge-in-the-bin-below": [
        "a value on an edge is counted in the bin below",
        "Compare by x >= lower and x < upper: an edge belongs to the bin above.",
        ["x >= edges[bin - 1]", "x > edges[bin - 1]"],
        ["x < edges[bin])", "x <= edges[bin])"],
      ],
      "floor-omitted": [
        "shares of 0 are not raised to the floor",
        "Take max(share, FLOOR) of both shares.",
        ["max(f32(count) / f32(REFERENCE), FLOOR)", "f32(count) / f32(REFERENCE)"],
        ["max(f32(current_count) / f32(CURRENT), FLOOR)", "f32(current_count) / f32(CURRENT)"],
      ],
      "floor-added": [
        "the floor is added to all shares",
        "Take max(share, FLOOR): shares above the floor stay as they are.",
        ["max(f32(count) / f32(REFERENCE), FLOOR)", "f32(count) / f32(REFERENCE) + FLOOR"],
        ["max(f32(current_count) / f32(CURRENT), FLOOR)", "f32(current_count) / f32(CURRENT) + FLOOR"],
      ],
      "one-sided": [
        "only differences of one sign count",
        "Take the absolute value of F - G: the current samples may be higher or lower.",
        ["return abs(f32(below)", "return (f32(below)"],
      ],
      "only-reference-samples": [
        "the distributions are compared at samples of the reference only",
        "Compare them at samples of both sets: the largest distance may be at a current one.",
        ["distance = max(distance, distanceAt(current[i]));", ""],
      ],
      "equal-samples-left-out": [
        "current samples equal to x are not counted in G[x]",
        "Count samples by <= x in both sets.",
        ["current[i] <= x", "current[i] < x"],
      ],
      "divergence-one-way": [
        "the terms are c · ln(c / r), the Kullback-Leibler divergence",
        "Multiply the logarithm by c - r.",
        ["(actual - expected) * log", "actual * log"],
      ],
      "binary-logarithm": [
        "log2 is taken instead of ln",
        "Use log.",
        ["log(actual / expected)", "log2(actual / expected)"],
      ],
      "sizes-confused": [
        "current counts are divided by the number of reference samples",
        "Divide each count by the number of samples in its own set.",
        ["f32(current_below) / f32(CURRENT)", "f32(current_below) / f32(REFERENCE)"],
        ["f32(current_count) / f32(CURRENT)", "f32(current_count) / f32(REFERENCE)"],
      ],
      "last-bin-left-out": [
        "the last bin is missing from the index",
        "Add all bins: there is one more than there are edges.",
        ["bin < BINS; bin", "bin < BINS - 1; bin"],
      ],
    }),
    ...axisMistakes({
      element: "sample",
      variable: "i",
      end: "REFERENCE",
      fate: "not counted",
      tiles: [16],
      stopAt: (end) => [
        ["i < REFERENCE; i++) {\n    below", `i < ${end}; i++) {\n    below`],
        ["i < REFERENCE; i++) {\n      count", `i < ${end}; i++) {\n      count`],
      ],
    }),
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned: {
    // Tiles need barriers, which cost a software adapter more than the loads that they save.
    software: "plain",
    hardware({ shape: { reference, current, bins }, params: { floor } }) {
      const parts = Math.ceil((reference + current) / LANES);
      const sizes = { REFERENCE: reference, CURRENT: current };
      return {
        scratch: { parts: 4 * parts, counts: 8 * bins },
        passes: [
          {
            code: tuned,
            entryPoint: "measure",
            constants: sizes,
            bindings: ["reference", "current", "parts"],
            workgroups: [parts],
          },
          {
            code: tuned,
            entryPoint: "count",
            constants: { ...sizes, BINS: bins },
            bindings: ["reference", "current", "edges", "counts"],
            workgroups: [parts],
          },
          {
            code: tuned,
            entryPoint: "finish",
            constants: { ...sizes, BINS: bins, FLOOR: floor, PARTS: parts },
            bindings: ["parts", "counts", "ks", "psi"],
            workgroups: [1],
          },
        ],
      };
    },
  },
});
