import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { cloud, ends, linearWeights, normal, uniform } from "../../../harness/task/data-library.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import { add, concat, matVec, mul, sigmoid, tanh } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

type Names = "batch" | "inputs" | "hidden";

const TILES = [16, 64];
/** The largest magnitude of a gate's sum: exp, sinh and cosh overflow an f32 above 88. */
const MOST = 80;

function gateSums({
  shape: { batch, inputs, hidden },
  inputs: { x, h, w_ih, w_hh, b_ih, b_hh },
}: Problem<Names, never>) {
  const sums = new Float64Array(batch * 4 * hidden);
  for (let at = 0; at < sums.length; at++) {
    const [row, u] = [Math.floor(at / (4 * hidden)), at % (4 * hidden)];
    let sum = b_ih![u]! + b_hh![u]!;
    for (let n = 0; n < inputs; n++) sum += w_ih![u * inputs + n]! * x![row * inputs + n]!;
    for (let m = 0; m < hidden; m++) sum += w_hh![u * hidden + m]! * h![row * hidden + m]!;
    sums[at] = sum;
  }
  return sums;
}

const weights = (of: string, from: string) =>
  ({ dims: ["4*hidden", from], about: `weights of ${of}, [gate, in]` }) as const;
const bias = (of: string) => ({ dims: ["4*hidden"], about: `bias of ${of}` }) as const;

/**
 * Whether a gate or a candidate is open (1), closed (-1) or neither. Of four units, one has both gates closed: its state
 * is so small that its bound says little.
 */
function direction(random: Random, at: number, hidden: number): number {
  const [row, unit] = [Math.floor(at / hidden), at % hidden];
  if (row === 3) return 0;
  if (row === 2) return random.pick([-1, 1]);
  const isOpen = row === 0 ? unit % 2 === 0 : unit % 4 === 1 || unit % 4 === 2;
  return isOpen ? 1 : -1;
}

export default composeTask({
  name: "lstm-cell",
  family: "layers",
  title: "Step of an LSTM cell",
  step: {
    track: "training",
    level: 3,
    teaches: "more tensors than a pass can bind, saturated functions",
    questions: [27],
  },
  statement: `Take one step of a long short-term memory cell in every row of the batch. Four gates of \`hidden\` units each come from
the input and the old state; \`w_ih\`, \`w_hh\` and the biases hold them in the order i, f, g, o, as in PyTorch:

    z[u]  = b_ih[u] + b_hh[u] + sum over n of w_ih[u,n] · x[n] + sum over m of w_hh[u,m] · h[m]
    i     = σ(z[j])                 f = σ(z[hidden + j])
    g     = tanh(z[2·hidden + j])   o = σ(z[3·hidden + j])
    c_out[j] = f · c[j] + i · g
    h_out[j] = o · tanh(c_out[j])

with σ(z) = 1 / (1 + exp(-z)). Sums reach ${MOST} in magnitude: \`exp(z)\` and \`tanh(z)\` are within an f32 there, but
\`exp(2z)\` is not.

One pass can bind eight buffers, and there are nine tensors: use two passes, with scratch for sums.`,
  example: {
    shape: { batch: 1, inputs: 1, hidden: 1 },
    params: {},
    inputs: {
      x: [1],
      h: [0.5],
      c: [2],
      w_ih: [0, 0, 1, 0],
      w_hh: [0, 0, 2, 0],
      b_ih: [0, 0, 0, 0],
      b_hh: [0, 9, 0, 0],
    },
  },
  hints: [
    "Write the sums z to scratch in one pass, one invocation for each of the 4·hidden units of a row; compute the gates and the new state in a second one.",
    "Use WGSL's tanh: (exp(2z) - 1) / (exp(2z) + 1) is infinity over infinity above z = 44.",
    "Let one invocation add up all four gates of a unit: each element of x or h is then read once for four products.",
    "Let an invocation take several rows as well: each weight then serves all of them.",
  ],
  shape: { batch: "rows, each a cell of its own", inputs: "elements of an input", hidden: "units of the state" },
  params: {},
  inputs: {
    x: { dims: ["batch", "inputs"], about: "inputs" },
    h: { dims: ["batch", "hidden"], about: "the old hidden state" },
    c: { dims: ["batch", "hidden"], about: "the old cell state", range: [-MOST, MOST] },
    w_ih: weights("the inputs", "inputs"),
    w_hh: weights("the hidden state", "hidden"),
    b_ih: bias("the inputs"),
    b_hh: bias("the hidden state"),
  },
  outputs: {
    h_out: { dims: ["batch", "hidden"], about: "the new hidden state" },
    c_out: { dims: ["batch", "hidden"], about: "the new cell state" },
  },
  unit: ["batch"],
  ranges: [{ of: "the sums, `z`", least: -MOST, most: MOST, values: gateSums }],
  reference: {
    prepare({ w_ih, w_hh, b_ih, b_hh }, { inputs, hidden }) {
      // One sum of all terms, as kernels may add them to one accumulator in any order.
      const rows = Array.from({ length: 4 * hidden }, (_, u) => [
        ...[w_ih.slice(u * inputs, inputs), w_hh.slice(u * hidden, hidden), b_ih.at(u), b_hh.at(u)],
      ]);
      const all = concat(...rows.flat());
      return ({ x, h, c }) => {
        const sums = matVec(all, concat(x, h, x.exactly(1, 1)));
        const gate = (index: number) => sums.slice(index * hidden, hidden);
        const state = add(mul(sigmoid(gate(1)), c), mul(sigmoid(gate(0)), tanh(gate(2))));
        return { c_out: state, h_out: mul(sigmoid(gate(3)), tanh(state)) };
      };
    },
  },
  cases: casesOf({
    axes: ["batch", "inputs", "hidden"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [2, 3, 2]],
      ["tiny", [4, 6, 3]],
      ["whole vectors", [1, 8, 36]],
      ["whole vectors", [2, 36, 8]],
      ["whole vectors", [4, 8, 12]],
      ["whole vectors", [5, 64, 20], "all"],
      ["odd sizes", [7, 13, 5], "all"],
      ["odd sizes", [23, 97, 11]],
      ["around a tile", [17, 16, 15], "all"],
      ["around a tile", [15, 64, 17]],
      ["around a tile", [16, 33, 65], "all"],
      ["around a tile", [63, 65, 16]],
      ["around a tile", [65, 15, 64]],
      ["one row", [1, 131, 97]],
      ["long rows", [3, 8209, 2]],
      ["many units", [2, 3, 521]],
      ["many rows", [65_537, 2, 1]],
    ],
    draw: (random) => [random.integer(2, 60), random.integer(1, 120), random.integer(1, 60)],
    measures: { small: [32, 64, 64], medium: [64, 128, 128], large: [128, 256, 256] },
  }),
  data: {
    plain: [
      "inputs around 0.3, and gates that are neither open nor closed",
      {
        x: normal(0.3, 1),
        h: uniform([-0.9, 0.9]),
        c: normal(0.3, 1),
        w_ih: linearWeights(1.3),
        w_hh: linearWeights(1.3),
        b_ih: normal(0.3, 0.5),
        b_hh: normal(0.2, 0.5),
      },
    ],
    saturated: [
      "input and forget gates and candidates are fully open or closed, and the state is large: exp(2z) overflows",
      {
        w_ih: cloud(0, 0.02),
        w_hh: cloud(0, 0.02),
        b_hh: normal(0, 0.1),
        b_ih: (random, { cols }) => random.f32(cols, (_, u) => (MOST - 1) * direction(random, u, cols / 4)),
        c: ends,
      },
      "ends",
    ],
  },
  // The sums of all gates, in up to 16 parts.
  scratchLimitBytes: ({ batch, hidden }) => 4 * 4 * 16 * batch * hidden,
  flops: ({ batch, inputs, hidden }) => batch * hidden * (8 * (inputs + hidden) + 20),
  mistakes: [
    ...mistakes({
      "gates-i-f-o-g": [
        "the gates are taken to be in the order i, f, o, g",
        "Read g at 2 * hidden and o at 3 * hidden: the order is i, f, g, o.",
        ["tanh(gates[start + 2 * HIDDEN])", "tanh(gates[start + 3 * HIDDEN])"],
        ["sigmoid(gates[start + 3 * HIDDEN])", "sigmoid(gates[start + 2 * HIDDEN])"],
      ],
      "input-and-forget-exchanged": [
        "the input gate and the forget gate are exchanged",
        "Multiply the old state by f, and the candidate g by i.",
        ["forget * c[index] + input * candidate", "input * c[index] + forget * candidate"],
      ],
      "candidate-by-sigmoid": [
        "the candidate g is made by the sigmoid instead of tanh",
        "Use tanh for g: it may be negative. Only i, f and o are sigmoids.",
        ["tanh(gates", "sigmoid(gates"],
      ],
      "state-not-squashed": [
        "the hidden state is o · c_out, without tanh",
        "Multiply o by tanh(c_out).",
        ["tanh(state)", "state"],
      ],
      "old-state-shown": [
        "the hidden state is made from the old cell state",
        "Multiply o by tanh of the new cell state, c_out.",
        ["tanh(state)", "tanh(c[index])"],
      ],
      "tanh-overflows": [
        "tanh is a quotient of exponentials, which overflow",
        "Use tanh(z), or 1 - 2 / (exp(2z) + 1): (exp(2z) - 1) / (exp(2z) + 1) is infinity over infinity above z = 44.",
        ["tanh(state)", "((exp(2.0 * state) - 1.0) / (exp(2.0 * state) + 1.0))"],
      ],
      "second-bias-left-out": ["`b_hh` is not added", "Add both biases: b_ih[u] + b_hh[u].", [" + b_hh[unit]", ""]],
      "old-state-ignored": [
        "the hidden state does not enter the gates",
        "Add the sum over w_hh[u,m] * h[m] to each gate.",
        ["sum += w_hh[unit * HIDDEN + j] * h[row * HIDDEN + j];", ""],
      ],
      "w-ih-transposed": [
        "w_ih is read as if it were [inputs,4·hidden]",
        "Read w_ih[u * inputs + n]: a unit's weights are contiguous.",
        ["w_ih[unit * INPUTS + i]", "w_ih[i * 4 * HIDDEN + unit]"],
      ],
      "w-hh-transposed": [
        "w_hh is read as if it were [hidden,4·hidden]",
        "Read w_hh[u * hidden + m]: a unit's weights are contiguous.",
        ["w_hh[unit * HIDDEN + j]", "w_hh[j * 4 * HIDDEN + unit]"],
      ],
    }),
    ...axisMistakes({
      element: "input",
      variable: "n",
      end: "INPUTS",
      fate: "missing from the sums",
      tiles: TILES,
      stopAt: (end) => [["i < INPUTS;", `i < ${end};`]],
    }),
    ...axisMistakes({
      element: "unit",
      variable: "m",
      end: "HIDDEN",
      fate: "missing from the sums",
      tiles: TILES,
      stopAt: (end) => [["j < HIDDEN;", `j < ${end};`]],
    }),
  ],
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["batch", "hidden"], bindings: ["c", "h_out", "c_out"] },
});
