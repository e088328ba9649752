import { pairCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { notNegative } from "../../../harness/task/constraints.ts";
import { cloud, corners } from "../../../harness/task/data-library.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { exp, gathered, mul, neg, square, sub, sum } from "../../../reference/bounded.ts";
import { linearPass } from "../../software/linear.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import squares from "../../software/step-of-squares.wgsl";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

const TILE = 16;

export default composeTask({
  name: "rbf-kernel",
  family: "learning",
  title: "RBF kernel matrix",
  step: { track: "statistics", level: 2, teaches: "distances between pairs, without cancellation", questions: [23] },
  statement: `Compute the Gaussian kernel of every pair of points:

    out[i,j] = exp(-gamma · sum over c of (x[i,c] - y[j,c])²)

Points may be far from the origin compared with their distances.`,
  example: {
    shape: { n: 1, m: 2, d: 2 },
    params: { gamma: 0.5 },
    inputs: { x: [1, 2], y: [1, 2, 2, 3] },
  },
  hints: [
    "One invocation for each pair, with one loop over the coordinates, is enough.",
    "|x|² + |y|² - 2·x·y cancels far from the origin: subtract before squaring.",
    "Share tiles of both sets in workgroup memory: each coordinate is then read once for 16 pairs.",
  ],
  shape: { n: "points in `x`", m: "points in `y`", d: "coordinates of a point" },
  params: { gamma: ["the inverse width: how fast the kernel falls with the squared distance", 0.5, 0.125, 1] },
  inputs: {
    x: { dims: ["n", "d"], about: "points", range: [-100, 100] },
    y: { dims: ["m", "d"], about: "other points", range: [-100, 100] },
  },
  outputs: { out: { dims: ["n", "m"], about: "the kernel of each pair" } },
  unit: ["n"],
  constraints: [notNegative("gamma")],
  reference({ x, y }, { gamma, m, d }) {
    const distances = gathered(m, (j) => sum(square(sub(x, y.slice(j * d, d)))));
    return { out: exp(neg(mul(distances, gamma))) };
  },
  cases: pairCases("n", "m", "d"),
  data: {
    plain: ["points around the origin, about two apart", { x: cloud(0, 1.5), y: cloud(0, 1.5) }],
    ends: ["points near both ends of their range", { x: corners(-100, 100, 1.5), y: corners(-100, 100, 1.5) }],
    far: ["points far from the origin compared with their distances", { x: cloud(90, 1.5), y: cloud(90, 1.5) }],
  },
  flops: ({ n, m, d }) => n * m * (3 * d + 2),
  mistakes: [
    {
      name: "expanded-square",
      about: "the square is expanded into |x|² + |y|² - 2·x·y, which cancels far from the origin",
      hint: "Subtract the coordinates before squaring.",
      isUnstable: true,
      edits: [
        [
          "let difference = x[i * D + c] - y[j * D + c];",
          "let a = x[i * D + c]; let b = y[j * D + c]; let difference = a * a;",
        ],
        ["squares += difference * difference;", "squares += difference; squares += b * b; squares -= 2.0 * a * b;"],
      ],
    },
    {
      name: "distance-not-squared",
      about: "the distance is not squared",
      hint: "Take no root: the exponent is -gamma times the squared distance.",
      edits: [["exp(-GAMMA * squares)", "exp(-GAMMA * sqrt(squares))"]],
    },
    {
      name: "gamma-as-width",
      about: "the squared distance is divided by 2·gamma² instead of multiplied by gamma",
      hint: "Multiply the squared distance by -gamma, which is not a standard deviation.",
      edits: [["-GAMMA * squares", "-squares / (2.0 * GAMMA * GAMMA)"]],
    },
    {
      name: "sign-lost",
      about: "the exponent is not negative",
      hint: "Use exp(-GAMMA * squares): the kernel falls with the distance.",
      edits: [["exp(-GAMMA", "exp(GAMMA"]],
    },
    {
      name: "absolute-differences",
      about: "absolute differences are added instead of squares",
      hint: "Multiply each difference by itself.",
      edits: [["difference * difference", "abs(difference)"]],
    },
    ...reductionMistakes({ variable: "c", end: "D", body: "let difference", makes: "the distance" }),
  ],
  plain: { code: plain, invocationFor: ["n", "m"] },
  tuned: {
    // In registers: tiles in workgroup memory need barriers, which cost a software adapter more than the loads they save.
    software: ({ shape: { n, m, d }, params: { gamma }, device }) => ({
      passes: [
        linearPass({ rows: n, inputs: d, outputs: m }, ["x", "y", "out"], device, {
          code: software,
          constants: { GAMMA: gamma },
          step: squares,
        }),
      ],
      requires: featuresFor(device),
    }),
    hardware: ({ shape: { n, m, d }, params: { gamma } }) => ({
      passes: [
        {
          code: tuned,
          constants: { N: n, M: m, D: d, GAMMA: gamma },
          bindings: ["x", "y", "out"],
          workgroups: [Math.ceil(m / TILE), Math.ceil(n / TILE)],
        },
      ],
    }),
  },
});
