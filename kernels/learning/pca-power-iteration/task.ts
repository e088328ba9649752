import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { positiveInteger } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import type { Plan } from "../../../harness/task/plan.ts";
import { concat, div, dot, gatherBy, gathered, mean, sqrt, square, sub, sum } from "../../../reference/bounded.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import tuned from "./tuned.wgsl";

const TILES = [16, 64];
const CENTRED = "(x[i * D + row] - center[row]) * (x[i * D + col] - center[col])";

/** Passes before the first round, of a round, and after the last. */
const [FIRST_PASSES, PASSES_OF_A_ROUND, LAST_PASSES] = [2, 2, 1];

const oneRoundMore = ({ passes, ...plan }: Plan): Plan => {
  const [multiply, normalise, measure] = passes.slice(-PASSES_OF_A_ROUND - LAST_PASSES) as [...Plan["passes"]];
  const again = { ...multiply!, bindings: ["covariance", "component", "product"] };
  return { ...plan, passes: [...passes.slice(0, -LAST_PASSES), again, normalise!, measure!] };
};

/** With one round, nothing is left out: there would be no component. */
const oneRoundLess = ({ passes, ...plan }: Plan): Plan => {
  const isOne = passes.length === FIRST_PASSES + PASSES_OF_A_ROUND + LAST_PASSES;
  const kept = passes.slice(0, -PASSES_OF_A_ROUND - LAST_PASSES);
  return { ...plan, passes: isOne ? passes : [...kept, ...passes.slice(-LAST_PASSES)] };
};

/**
 * Columns with a common part, around a level.
 *
 * @param deviation of a column's own part; the common part has 1
 */
const columns =
  (level: number, deviation: (c: number) => number): DrawInputs<"n" | "d", "iterations"> =>
  (random, { n, d }) => {
    const shares = Array.from({ length: d }, () => random.uniform(0.5, 1.5));
    const levels = Array.from({ length: d }, () => level * random.uniform(0.9, 1));
    const x = new Float32Array(n * d);
    for (let i = 0; i < n; i++) {
      const common = random.normal(0, 1);
      for (let c = 0; c < d; c++) x[i * d + c] = levels[c]! + shares[c]! * common + random.normal(0, deviation(c));
    }
    return { x, start: random.f32(d, () => random.uniform(0.5, 1.5)) };
  };

export default composeTask({
  name: "pca-power-iteration",
  family: "learning",
  title: "Principal component by power iteration",
  step: {
    track: "statistics",
    level: 4,
    teaches: "covariances without cancellation, and rounds that depend on each other",
    questions: [7],
  },
  statement: `Find the first principal component of the rows of \`x\` by power iteration on their covariance matrix:

    mean[c]         = mean over i of x[i,c]
    covariance[a,b] = sum over i of (x[i,a] - mean[a]) · (x[i,b] - mean[b]) / (n - 1)

then, from \`v = start\` as it is given, \`iterations\` rounds of \`v = covariance·v / ‖covariance·v‖\`, and

    component       = v after the last round
    eigenvalue      = sum over a and b of v[a] · covariance[a,b] · v[b],   for that v

The number of rounds is fixed, and may be so small that v has not converged. Columns may be far from zero compared with
their deviations. \`n\` is at least 2. Runs with random rounding determine the error bound for f32 arithmetic.`,
  example: {
    shape: { n: 3, d: 2 },
    params: { iterations: 1 },
    inputs: { x: [1, 0, 2, 0, 3, 3], start: [1, 1] },
  },
  hints: [
    "Use one pass for the means and one for the covariances: subtract the mean before multiplying, or columns far from zero cancel.",
    "Repeat two passes in a TypeScript loop: the product covariance · v to scratch, then its division by its norm.",
    "The first round reads start, and the others read component.",
    "Divide by n - 1: this is the unbiased covariance.",
    "Let one workgroup go through all rounds with storageBarrier(), instead of two passes each.",
  ],
  shape: { n: "rows, at least 2", d: "columns" },
  params: { iterations: ["rounds of the power iteration", 3, 1, 8] },
  inputs: {
    x: { dims: ["n", "d"], about: "data" },
    start: { dims: ["d"], about: "the vector before the first round" },
  },
  outputs: {
    mean: { dims: ["d"], about: "mean of each column" },
    covariance: { dims: ["d", "d"], about: "covariances of the columns" },
    component: { dims: ["d"], about: "the vector after the last round, of length 1" },
    eigenvalue: { dims: ["1"], about: "the variance along it" },
  },
  unit: [],
  arithmetic: "monte-carlo",
  reference({ x, start }, { n, d, iterations }) {
    const column = (c: number) => gatherBy(x, n, (i) => i * d + c);
    const means = gathered(d, (c) => mean(column(c)));
    const centred = Array.from({ length: d }, (_, c) => sub(column(c), means.at(c)));
    const lower = centred.map((one, a) => centred.slice(0, a + 1).map((other) => div(dot(one, other), n - 1)));
    const rows = centred.map((_, a) => concat(...centred.map((_, b) => lower[Math.max(a, b)]![Math.min(a, b)]!)));
    const image = (v: typeof start) => gathered(d, (a) => dot(rows[a]!, v));
    let component = start;
    for (let round = 0; round < iterations.values[0]!; round++) {
      const longer = image(component);
      component = div(longer, sqrt(sum(square(longer))));
    }
    return { mean: means, covariance: concat(...rows), component, eigenvalue: dot(component, image(component)) };
  },
  constraints: [
    positiveInteger("iterations"),
    { sentence: "`n` is at least 2.", of: "dimensions", holds: ({ shape }) => shape.n >= 2 },
  ],
  cases: casesOf({
    axes: ["n", "d"],
    checks: [
      ["tiny", [2, 1]],
      ["tiny", [3, 2]],
      ["odd sizes", [13, 7], "all", { iterations: 1 }],
      ["odd sizes", [97, 5], "all", { iterations: 3 }],
      ["around a tile", [15, 16]],
      ["around a tile", [64, 17], "all", { iterations: 2 }],
      ["around a tile", [65, 15]],
      ["around a tile", [17, 63]],
      ["around a tile", [16, 65]],
      ["more columns than rows", [5, 67]],
      ["long sums", [8209, 3], "all"],
      ["many rows", [65_537, 1]],
    ],
    draw: (random) => [random.integer(3, 200), random.integer(2, 30)],
    measures: { small: [256, 32], medium: [1024, 64], large: [4096, 128] },
  }),
  data: {
    plain: ["columns around 3 with a common part", columns(3, (c) => 0.3 + 0.1 * (c % 5))],
    far: ["columns around 100, with deviations of about 1", columns(100, () => 0.7)],
    close: [
      "directions of nearly equal variance, so that the number of rounds shows",
      columns(1, (c) => 2 + 0.1 * (c % 3)),
    ],
  },
  scratchLimitBytes: ({ d }) => 4 * 64 * (d * d + 2 * d),
  flops: ({ n, d }, { iterations }) => n * d * (3 * d + 1) + (iterations + 1) * d * (2 * d + 3),
  mistakes: [
    ...mistakes({
      "divided-by-n": ["the covariance is divided by n instead of n - 1", "Divide by n - 1.", ["f32(N - 1)", "f32(N)"]],
      "not-centred": [
        "the means are not subtracted",
        "Subtract each column's mean before multiplying.",
        [CENTRED, "x[i * D + row] * x[i * D + col]"],
      ],
      "not-normalised": [
        "the vector is not divided by its norm",
        "Divide by the root of the sum of squares in each round.",
        [" / sqrt(squares)", ""],
      ],
      "divided-by-the-square": [
        "the vector is divided by its squared norm",
        "Take the root of the sum of squares.",
        ["sqrt(squares)", "squares"],
      ],
      "largest-element-normalised": [
        "the vector is divided by its largest element instead of its norm",
        "Divide by the root of the sum of squares: the component has length 1.",
        ["squares += longer[c] * longer[c];", "squares = max(squares, longer[c] * longer[c]);"],
      ],
      "norm-as-eigenvalue": [
        "the eigenvalue is the norm of covariance · v instead of v · covariance · v",
        "Multiply covariance · v by v once more: before v has converged, its norm is larger.",
        ["sum += vector[row] * image;", "sum += image * image;"],
        ["eigenvalue[0] = sum;", "eigenvalue[0] = sqrt(sum);"],
      ],
    }),
    {
      name: "one-pass",
      about: "the covariance is the mean of products minus the product of means, which cancels far from zero",
      hint: "Subtract the means first, in a second pass over the data.",
      edits: [
        [CENTRED, "x[i * D + row] * x[i * D + col]"],
        ["= sum / f32(N - 1)", "= (sum - f32(N) * center[row] * center[col]) / f32(N - 1)"],
      ],
      isUnstable: true,
    },
    {
      name: "one-round-more",
      about: "there is one round too many",
      hint: "Count the rounds: covariance · v is taken `iterations` times for the component.",
      replan: oneRoundMore,
    },
    {
      name: "one-round-less",
      about: "the last round is missing",
      hint: "Count the rounds: covariance · v is taken `iterations` times for the component.",
      replan: oneRoundLess,
    },
    ...axisMistakes({
      element: "row",
      variable: "i",
      end: "N",
      fate: "missing from means and covariances",
      tiles: TILES,
      stopAt: (end) => [
        ["i < N; i++) {\n    sum += x", `i < ${end}; i++) {\n    sum += x`],
        ["i < N; i++) {\n    sum += (", `i < ${end}; i++) {\n    sum += (`],
      ],
    }),
  ],
  plain,
  tuned: {
    // One invocation takes one covariance, without the barriers that cost a software adapter more than the work.
    software: "plain",
    hardware: ({ shape: { n, d }, params: { iterations } }) => ({
      scratch: { product: 4 * d },
      passes: [
        { code: tuned, entryPoint: "average", constants: { N: n, D: d }, bindings: ["x", "mean"], workgroups: [d] },
        {
          ...{ code: tuned, entryPoint: "covary", bindings: ["x", "mean", "covariance"] },
          constants: { N: n, D: d },
          workgroups: [d, d],
        },
        {
          ...{ code: tuned, entryPoint: "iterate" },
          constants: { D: d, ITERATIONS: iterations },
          bindings: ["covariance", "start", "component", "product", "eigenvalue"],
          workgroups: [1],
        },
      ],
    }),
  },
  starter: { code: starter, invocationFor: ["d"], bindings: ["x", "mean"] },
});
