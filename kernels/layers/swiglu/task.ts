import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { cloud, type Draw, normal, rowwise, spike } from "../../../harness/task/data-library.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import { axisMistakes } from "../../../harness/task/mistake-library.ts";
import { matVec, mul, silu } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

/** The largest magnitude of a gate before SiLU, beyond that at which an f32's exponential overflows. */
const MOST_GATE = 100;
const ACTIVATED = "silu(gate) * up";
const TILES = [16, 64];

/** Elements of one size whose signs alternate: their product with `steepGates` is known. */
const alternating: Draw = rowwise((random, { turn }) => {
  const size = turn === 0 ? 1 : random.uniform(0.2, 1);
  return (column) => (column % 2 === 0 ? size : -size);
});

/** Rows whose product with an alternating row of ones is at one end of the gates' range, the other, or between. */
const steepGates: Draw = rowwise((random, { cols, turn }) => {
  const level = [MOST_GATE, -MOST_GATE, random.uniform(-3, 3)][turn % 3]!;
  return (column) => ((column % 2 === 0 ? 1 : -1) * level) / cols;
});

function gates({ shape: { tokens, model, hidden }, inputs }: Problem<"tokens" | "model" | "hidden", never>) {
  return Float64Array.from({ length: tokens * hidden }, (_, at) => {
    const [token, unit] = [Math.floor(at / hidden), at % hidden];
    let sum = 0;
    for (let i = 0; i < model; i++) sum += inputs.x![token * model + i]! * inputs.w_gate![unit * model + i]!;
    return sum;
  });
}

const stopAt =
  (from: string): ((end: string) => readonly Edit[]) =>
  (end) => [[from, from.replace(/< \w+/, `< ${end}`)]];

export default composeTask({
  name: "swiglu",
  family: "layers",
  title: "SwiGLU feed-forward layer",
  step: { track: "training", level: 3, teaches: "fusing two matrix products with what follows", questions: [20, 22] },
  statement: `Compute the feed-forward layer of Llama and PaLM. A gate decides how much of each hidden unit passes:

    gate[t,j] = sum over i of x[t,i] · w_gate[j,i]
    up[t,j]   = sum over i of x[t,i] · w_up[j,i]
    h[t,j]    = silu(gate[t,j]) · up[t,j], where silu(z) = z / (1 + exp(-z))
    out[t,o]  = sum over j of h[t,j] · w_down[o,j]

All weights are laid out as [out, in], as in PyTorch. Gates reach ${MOST_GATE} in magnitude, where \`exp\` of an f32 overflows.`,
  example: {
    shape: { tokens: 1, model: 2, hidden: 2 },
    params: {},
    inputs: { x: [1, 2], w_gate: [1, 0, 0, -1], w_up: [0, 1, 1, 1], w_down: [1, 0, 1, 2] },
  },
  hints: [
    "Use two passes: h in scratch, one invocation for each of its elements, then one invocation for each element of out.",
    "Compute silu(z) as z / (1 + exp(-z)): for a large negative z the quotient is 0, while exp(z) / (1 + exp(z)) divides infinity by infinity for a large positive one.",
    "Compute gate and up of a hidden unit in the same loop: both read the same row of x.",
    "Let a workgroup compute a square tile, and copy slices of x and of the weights to workgroup memory; each invocation then computes 4 by 4 elements.",
  ],
  shape: { tokens: "tokens, each computed by itself", model: "elements of a token", hidden: "hidden units" },
  params: {},
  inputs: {
    x: { dims: ["tokens", "model"], about: "tokens" },
    w_gate: { dims: ["hidden", "model"], about: "weights of the gates, [out, in]" },
    w_up: { dims: ["hidden", "model"], about: "weights of the values that the gates let pass, [out, in]" },
    w_down: { dims: ["model", "hidden"], about: "weights of the projection back, [out, in]" },
  },
  outputs: { out: { dims: ["tokens", "model"], about: "results" } },
  ranges: [{ of: "a gate before SiLU", least: -MOST_GATE, most: MOST_GATE, values: gates }],
  unit: ["tokens"],
  reference: ({ x, w_gate, w_up, w_down }) => ({
    out: matVec(w_down, mul(silu(matVec(w_gate, x)), matVec(w_up, x))),
  }),
  cases: casesOf({
    axes: ["tokens", "model", "hidden"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [2, 3, 5]],
      ["tiny", [4, 8, 6]],
      ["whole vectors", [1, 8, 36]],
      ["whole vectors", [2, 36, 8]],
      ["whole vectors", [4, 8, 12]],
      ["whole vectors", [5, 68, 64], "all"],
      ["odd sizes", [7, 13, 27], "all"],
      ["odd sizes", [23, 29, 97]],
      ["around a tile", [63, 17, 65]],
      ["around a tile", [65, 64, 31], "all"],
      ["around a tile", [33, 15, 16]],
      ["around a tile", [64, 33, 129]],
      ["one token", [1, 131, 260]],
      ["long sums", [3, 1031, 7]],
      ["long sums", [3, 7, 2053]],
      ["many tokens", [65_537, 2, 3]],
    ],
    draw: (random) => [random.integer(2, 60), random.integer(2, 60), random.integer(2, 120)],
    measures: { small: [64, 64, 192], medium: [128, 192, 512], large: [256, 256, 704] },
  }),
  data: {
    plain: [
      "tokens around 0.3, and weights that keep their size",
      { x: normal(0.3, 1), w_gate: cloud(0, 1.3), w_up: cloud(0, 1), w_down: cloud(0, 1) },
    ],
    ends: ["gates near both ends of their range", { x: alternating, w_gate: steepGates }, "ends"],
    spike: ["one element of each token, in a different column, is far larger than the others", { x: spike(30) }],
  },
  // Sixteen partial sums of each element, and a copy of all weights.
  scratchLimitBytes: ({ tokens, model, hidden }) => 4 * (16 * tokens * (2 * hidden + model) + 3 * hidden * model),
  flops: ({ tokens, model, hidden }) => tokens * hidden * (6 * model + 6),
  mistakes: [
    {
      name: "gate-and-up-swapped",
      about: "gate and up are swapped: up goes through SiLU",
      hint: "Multiply silu(gate) by up: w_gate's product goes through SiLU.",
      edits: [[ACTIVATED, "silu(up) * gate"]],
    },
    {
      name: "no-silu",
      about: "gate is multiplied by up without SiLU",
      hint: "Apply SiLU to gate before the product with up.",
      edits: [[ACTIVATED, "gate * up"]],
    },
    {
      name: "sigmoid-gate",
      about: "the gate is a sigmoid instead of SiLU, as in GLU",
      hint: "Multiply the sigmoid of gate by gate itself: silu(z) = z / (1 + exp(-z)).",
      edits: [[ACTIVATED, "up / (1.0 + exp(-gate))"]],
    },
    {
      name: "relu-gate",
      about: "the gate is a ReLU instead of SiLU, as in ReGLU",
      hint: "Use silu(z) = z / (1 + exp(-z)), not max(z, 0).",
      edits: [[ACTIVATED, "max(gate, 0.0) * up"]],
    },
    {
      name: "gelu-gate",
      about: "the gate is a GELU instead of SiLU, as in GEGLU",
      hint: "Use silu(z) = z / (1 + exp(-z)), not GELU.",
      edits: [
        [
          ACTIVATED,
          "0.5 * gate * (1.0 + tanh(clamp(0.7978845608 * (gate + 0.044715 * gate * gate * gate), -40.0, 40.0))) * up",
        ],
      ],
    },
    {
      name: "silu-of-the-product",
      about: "the product of gate and up goes through SiLU",
      hint: "Apply SiLU to gate alone, then multiply by up.",
      edits: [[ACTIVATED, "silu(gate * up)"]],
    },
    {
      name: "sigmoid-overflows",
      about: "exp overflows for large gates: exp(z) / (1 + exp(z)) is infinity divided by infinity",
      hint: "Use z / (1 + exp(-z)): for a large positive z the exponential is 0, for a large negative one the quotient is.",
      edits: [["z / (1.0 + exp(-z))", "z * (exp(z) / (1.0 + exp(z)))"]],
      // By a reciprocal, which is flushed to zero before exp overflows, other outputs are wrong.
      isUnstable: true,
    },
    {
      name: "first-weights-transposed",
      about: "w_gate and w_up are read as if they were [model,hidden]",
      hint: "Read w_gate[j * MODEL + i]: weights are [out, in], so a hidden unit's weights are contiguous.",
      edits: [
        ["w_gate[unit * MODEL + i]", "w_gate[i * HIDDEN + unit]"],
        ["w_up[unit * MODEL + i]", "w_up[i * HIDDEN + unit]"],
      ],
    },
    {
      name: "w-down-transposed",
      about: "w_down is read as if it were [hidden,model]",
      hint: "Read w_down[o * HIDDEN + j]: weights are [out, in], so an output's weights are contiguous.",
      edits: [["w_down[o * HIDDEN + unit]", "w_down[unit * MODEL + o]"]],
    },
    ...axisMistakes({
      element: "feature",
      variable: "i",
      end: "MODEL",
      fate: "missing from gate and up",
      tiles: TILES,
      stopAt: stopAt("i < MODEL"),
    }),
    ...axisMistakes({
      element: "unit",
      variable: "j",
      end: "HIDDEN",
      fate: "missing from out",
      tiles: TILES,
      stopAt: stopAt("unit < HIDDEN"),
    }),
  ],
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["tokens", "model"] },
});
