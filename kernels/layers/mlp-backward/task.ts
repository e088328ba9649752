import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { linearWeights, normal } from "../../../harness/task/data-library.ts";
import { missingTerms, mistakes } from "../../../harness/task/mistake-library.ts";
import type { Vector } from "../../../reference/bounded.ts";
import {
  concat,
  div,
  gather,
  gatherBy,
  mul,
  rowSums,
  sigmoid,
  sigmoidSlope,
  square,
  sub,
  sum,
} from "../../../reference/bounded.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";
import { software } from "./tuned-software.ts";

const TILES = [16, 64];
/** Roundings of a gradient's term besides the additions: its product, the scale, and a last addition of parts. */
const OWN_ROUNDINGS = 4;
const TERM = "sum += errors[row * UNITS + unit] * factor;";

/** A matrix as its elements in memory, row by row. */
interface Matrix {
  readonly of: Vector;
  readonly cols: number;
}

/**
 * `Σ_k a·b` for each i and each j.
 *
 * @param lastAxes `k` if `a` is [i,k], or `b` is [j,k]; otherwise they are [k,i] and [k,j]
 */
function product(a: Matrix, b: Matrix, lastAxes: readonly ["k" | "i", "k" | "j"], roundings: number): Vector {
  const rowsOf = ({ of, cols }: Matrix) => of.length / cols;
  const [k, i] = lastAxes[0] === "k" ? [a.cols, rowsOf(a)] : [rowsOf(a), a.cols];
  const j = lastAxes[1] === "k" ? rowsOf(b) : b.cols;
  const count = i * j * k;
  const factors = ({ of, cols }: Matrix, isByRow: boolean, own: (at: number) => number) =>
    gatherBy(of, count, (at) => (isByRow ? own(at) * cols + (at % k) : (at % k) * cols + own(at)));
  const left = factors(a, lastAxes[0] === "k", (at) => Math.floor(at / k / j));
  const right = factors(b, lastAxes[1] === "k", (at) => Math.floor(at / k) % j);
  return rowSums(mul(left, right), k, roundings);
}

/** With a last column that is 1 in every row, or the biases of a layer. */
function extended({ of, cols }: Matrix, last: Vector): Matrix {
  const rows = of.length / cols;
  const all = concat(of, last);
  const index = (at: number) => {
    const [row, col] = [Math.floor(at / (cols + 1)), at % (cols + 1)];
    return col < cols ? row * cols + col : of.length + (row % last.length);
  };
  return { of: gatherBy(all, rows * (cols + 1), index), cols: cols + 1 };
}

export default composeTask({
  name: "mlp-backward",
  family: "layers",
  title: "Gradients of a two-layer network",
  step: {
    track: "training",
    level: 4,
    teaches: "back-propagation, and sums along both axes of a matrix",
    questions: [12, 21],
  },
  statement: `Compute the loss of a network with one hidden layer, and its gradients with respect to all weights and biases. For each
row r of \`x\`, with σ(z) = 1 / (1 + exp(-z)):

    a[r,h] = σ(b1[h] + sum over i of w1[h,i] · x[r,i])
    p[r,o] = b2[o] + sum over h of w2[o,h] · a[r,h]
    loss   = mean over all r and o of (p[r,o] - y[r,o])²

By the chain rule, with the error of an output, e[r,o] = 2 / (n · outputs) · (p[r,o] - y[r,o]), and of a hidden unit,
d[r,h] = a[r,h] · (1 - a[r,h]) · sum over o of w2[o,h] · e[r,o]:

    grad_w2[o,h] = sum over r of e[r,o] · a[r,h]      grad_b2[o] = sum over r of e[r,o]
    grad_w1[h,i] = sum over r of d[r,h] · x[r,i]      grad_b1[h] = sum over r of d[r,h]

Hidden units may be saturated: \`1 - a\` then has few correct digits, which is allowed. One pass can bind eight buffers, and
there are eleven tensors: use several passes, with scratch for activations and errors.`,
  example: {
    shape: { n: 1, inputs: 1, hidden: 1, outputs: 1 },
    params: {},
    inputs: { x: [2], y: [1], w1: [0], b1: [0], w2: [4], b2: [1] },
  },
  hints: [
    "Write a pass for each of: hidden activations, errors of the outputs, errors of the hidden units, gradients of each layer, loss.",
    "Write one kernel for both layers' gradients: each is a product of errors, lastAxes, and features.",
    "Treat a bias as the weight of a feature that is always 1.",
    "Divide by n · outputs once, when a gradient is stored.",
    "Split the rows into parts for several workgroups, and join the parts in a further pass: the sums run over all rows.",
  ],
  shape: { n: "rows", inputs: "features of a row", hidden: "hidden units", outputs: "outputs" },
  params: {},
  inputs: {
    x: { dims: ["n", "inputs"], about: "features" },
    y: { dims: ["n", "outputs"], about: "targets", range: [-20, 20] },
    w1: { dims: ["hidden", "inputs"], about: "weights of the hidden layer, [out, in]" },
    b1: { dims: ["hidden"], about: "its biases" },
    w2: { dims: ["outputs", "hidden"], about: "weights of the output layer, [out, in]" },
    b2: { dims: ["outputs"], about: "its biases" },
  },
  outputs: {
    loss: { dims: ["1"], about: "mean squared error over all rows and outputs" },
    grad_w1: { dims: ["hidden", "inputs"], about: "gradient of w1" },
    grad_b1: { dims: ["hidden"], about: "gradient of b1" },
    grad_w2: { dims: ["outputs", "hidden"], about: "gradient of w2" },
    grad_b2: { dims: ["outputs"], about: "gradient of b2" },
  },
  unit: [],
  reference({ x, y, w1, b1, w2, b2 }, { n, inputs, hidden, outputs }) {
    const one = x.exactly(1);
    const features = extended({ of: x, cols: inputs }, one);
    const layer = (rows: Matrix, w: Matrix) => product(rows, w, ["k", "k"], rows.cols);
    const a = sigmoid(layer(features, extended({ of: w1, cols: inputs }, b1)));
    const activations = extended({ of: a, cols: hidden }, one);
    const differences = sub(layer(activations, extended({ of: w2, cols: hidden }, b2)), y);
    const back = product({ of: differences, cols: outputs }, { of: w2, cols: hidden }, ["k", "j"], outputs + 1);
    const count = n * outputs;
    const gradients = (errors: Matrix, of: Matrix) => {
      const all = mul(product(errors, of, ["i", "j"], n + OWN_ROUNDINGS), 2 / count);
      const at = (isBias: boolean) =>
        Array.from({ length: all.length }, (_, index) => index).filter((i) => ((i + 1) % of.cols === 0) === isBias);
      return [gather(all, at(false)), gather(all, at(true))] as const;
    };
    const [grad_w2, grad_b2] = gradients({ of: differences, cols: outputs }, activations);
    const [grad_w1, grad_b1] = gradients({ of: mul(back, sigmoidSlope(a)), cols: hidden }, features);
    return { loss: div(sum(square(differences)), count), grad_w1, grad_b1, grad_w2, grad_b2 };
  },
  cases: casesOf({
    axes: ["n", "inputs", "hidden", "outputs"],
    checks: [
      ["tiny", [1, 1, 1, 1]],
      ["tiny", [2, 3, 2, 2]],
      ["whole vectors", [1, 4, 4, 4], ["plain", "linear"]],
      ["whole vectors", [2, 4, 8, 4], ["plain", "linear"]],
      ["whole vectors", [5, 40, 36, 8]],
      ["odd sizes", [13, 7, 5, 3], "all"],
      ["odd sizes", [97, 11, 23, 5]],
      ["around a tile", [15, 16, 17, 4], "all"],
      ["around a tile", [16, 15, 65, 2]],
      ["around a tile", [17, 63, 16, 7]],
      ["around a tile", [63, 17, 15, 16], "all"],
      ["around a tile", [64, 65, 7, 3]],
      ["around a tile", [65, 9, 64, 1]],
      ["long sums", [3, 8209, 2, 1]],
      ["many rows", [65_537, 2, 2, 1]],
    ],
    draw: (random) => [2, 1, 1, 1].map((least) => random.integer(least, 40)) as [number, number, number, number],
    measures: { small: [256, 32, 32, 8], medium: [1024, 64, 64, 8], large: [4096, 64, 64, 16] },
  }),
  data: {
    plain: [
      "targets away from the predictions, so that gradients do not cancel",
      {
        x: normal(1, 0.5),
        y: normal(3, 1),
        w1: linearWeights(1.5),
        b1: normal(0.2, 0.5),
        w2: linearWeights(1.5),
        b2: normal(0.3, 0.5),
      },
    ],
    linear: [
      "hidden units where the sigmoid is nearly a straight line",
      { w1: linearWeights(0.02), b1: normal(0, 0.01) },
    ],
    saturated: [
      "every other hidden unit is near 0 or 1",
      {
        b1: (random, { cols }) =>
          random.f32(cols, (_, h) =>
            h % 2 === 0 ? random.normal(0, 0.5) : random.pick([-1, 1]) * random.uniform(6, 12),
          ),
      },
    ],
  },
  scratchLimitBytes: ({ n, inputs, hidden, outputs }) =>
    8 * n * (hidden + outputs) + 4 * 64 * (hidden * (inputs + 1) + outputs * (hidden + 1)),
  flops: ({ n, inputs, hidden, outputs }) => n * (4 * inputs * hidden + 6 * hidden * outputs + 10 * hidden),
  mistakes: [
    ...mistakes({
      "derivative-left-out": [
        "the derivative of the sigmoid, a · (1 - a), is missing",
        "Multiply the error of each hidden unit by a · (1 - a).",
        ["error * hidden[index] * (1.0 - hidden[index])", "error"],
      ],
      "derivative-without-complement": [
        "the derivative of the sigmoid is taken to be a",
        "Multiply by a · (1 - a), not by a alone.",
        [" * (1.0 - hidden[index])", ""],
      ],
      "derivative-of-tanh": [
        "the derivative of tanh, 1 - a², is used",
        "Use a · (1 - a): the hidden layer is a sigmoid.",
        ["error * hidden[index] * (1.0 - hidden[index])", "error * (1.0 - hidden[index] * hidden[index])"],
      ],
      "factor-two-left-out": [
        "the factor 2 of the squares' derivative is missing",
        "Scale gradients by 2 / (n · outputs).",
        ["2.0 / f32(N * OUTPUTS)", "1.0 / f32(N * OUTPUTS)"],
      ],
      "divided-by-rows-only": [
        "gradients are divided by the number of rows, without the outputs",
        "Divide by n · outputs: the loss is the mean over rows and outputs.",
        ["2.0 / f32(N * OUTPUTS)", "2.0 / f32(N)"],
      ],
      "gradients-not-averaged": [
        "gradients are not divided by the number of errors",
        "Divide by n · outputs, as the loss does.",
        ["2.0 / f32(N * OUTPUTS)", "2.0"],
      ],
      "loss-not-averaged": [
        "the loss is a sum instead of a mean",
        "Divide the sum of squares by n · outputs.",
        ["= sum / f32(N * OUTPUTS)", "= sum"],
      ],
      "sign-of-the-error": [
        "errors have the wrong sign",
        "Subtract the target from the prediction: gradients point uphill.",
        ["prediction - y[index]", "y[index] - prediction"],
      ],
      "hidden-bias-left-out": [
        "`b1` is not added",
        "Start each hidden sum with its bias.",
        ["z = b1[unit]", "z = 0.0"],
      ],
      "output-bias-left-out": [
        "`b2` is not added",
        "Start each prediction with its bias.",
        ["prediction = b2[unit]", "prediction = 0.0"],
      ],
      "w2-not-transposed": [
        "the errors of hidden units are added up with w2 read as [hidden,outputs]",
        "Read w2[o * hidden + h] here too: the sum runs over o, so it takes a column of w2.",
        ["w2[o * HIDDEN + unit]", "w2[unit * OUTPUTS + o]"],
      ],
      "w2-left-out": [
        "the errors of hidden units are sums of the outputs' errors, without w2",
        "Weight each output's error by w2[o,h].",
        ["w2[o * HIDDEN + unit] * output_errors", "output_errors"],
      ],
      "gradients-transposed": [
        "gradients are written as [in, out]",
        "Write the gradient of weight (o, i) at o * inputs + i, where the weight itself is.",
        ["grad_w[unit * FEATURES + feature]", "grad_w[feature * UNITS + unit]"],
      ],
    }),
    ...missingTerms({ statement: TERM, variable: "row", end: "N", tiles: TILES }),
  ],
  plain,
  tuned: {
    software,
    hardware: tuned,
  },
  starter: { code: starter, workgroupFor: [], bindings: ["y", "loss"] },
});
