import { sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { notNegative } from "../../../harness/task/constraints.ts";
import { magnitudes, normal, uniform } from "../../../harness/task/data-library.ts";
import type { Constraint } from "../../../harness/task/task.ts";
import { add, div, mix, mul, pow, sqrt, square, sub } from "../../../reference/bounded.ts";
import { elementsPass } from "../../software/elements.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

/** Closer to 1, a first step would leave f32 no digits of `1 - pow(beta, step)`. */
const LARGEST_BETA = 0.9999;

type Param = "lr" | "beta1" | "beta2" | "eps" | "weight_decay" | "step";

const decayRate = (beta: "beta1" | "beta2"): Constraint<string, Param> => ({
  sentence: `\`${beta}\` is above 0 and at most ${LARGEST_BETA}.`,
  of: "dimensions",
  holds: ({ params }) => params[beta] > 0 && params[beta] <= Math.fround(LARGEST_BETA),
});

/** One weight in three has never had a gradient, such as a row of an embedding that no batch has used. */
const untouched: DrawInputs<"size", Param> = (random, { size }) => {
  const drawn = (value: () => number) => random.f32(size, (_, i) => (i % 3 === 0 ? 0 : value()));
  return {
    w: random.f32(size, () => random.normal(0, 1)),
    grad: drawn(() => random.normal(0, 1)),
    m: drawn(() => random.normal(0, 0.5)),
    v: drawn(() => random.uniform(0.1, 1)),
  };
};

export default composeTask({
  name: "adamw-step",
  family: "learning",
  title: "A step of AdamW",
  step: {
    track: "training",
    level: 2,
    teaches: "element-wise state, and constants that belong in the plan",
    questions: [5],
  },
  statement: `Take one step of Adam with decoupled weight decay:

    m_out[i] = beta1 · m[i] + (1 - beta1) · grad[i]
    v_out[i] = beta2 · v[i] + (1 - beta2) · grad[i]²
    mean     = m_out[i] / (1 - beta1^step)
    square   = v_out[i] / (1 - beta2^step)
    w_out[i] = w[i] - lr · weight_decay · w[i] - lr · mean / (sqrt(square) + eps)

\`step\` is the number of this step, counted from 1. The decay acts on the weight alone: it enters neither \`m_out\` nor
\`v_out\`. A weight whose gradients have all been 0 only decays.`,
  example: {
    shape: { size: 2 },
    params: { lr: 0.5, beta1: 0.5, beta2: 0.75, eps: 0, weight_decay: 0.25, step: 1 },
    inputs: { w: [1, 2], grad: [2, -4], m: [0, 0], v: [0, 0] },
  },
  hints: [
    "One invocation for each weight is enough. Guard those past the end: sizes need not be multiples of 64.",
    "Divide both moments by their corrections before the root, and add EPS after it.",
    "1 - pow(beta, step) loses digits near 1: compute both corrections in the plan, in float64, and pass them as constants.",
    "The kernel only moves memory, 28 bytes for each weight: read each tensor once, and let an invocation take several weights, each a stride apart.",
  ],
  shape: { size: "weights" },
  params: {
    lr: ["the learning rate", 0.01, 0.1, 0.003],
    beta1: ["the part of the first moment that stays", 0.9, 0.8],
    beta2: ["the part of the second moment that stays", 0.999, 0.99, 0.95],
    eps: ["added to the root of the second moment", 1e-8, 1e-6],
    weight_decay: ["the rate of the decay, as a multiple of the learning rate", 0.1, 0.5],
    step: ["the number of this step, from 1", 1, 10_000, 7, 300],
  },
  inputs: {
    w: { dims: ["size"], about: "weights", range: [-100, 100] },
    grad: { dims: ["size"], about: "gradients", range: [-1000, 1000] },
    m: { dims: ["size"], about: "first moments before the step", range: [-1000, 1000] },
    v: { dims: ["size"], about: "second moments before the step", range: [0, 1e6] },
  },
  outputs: {
    w_out: { dims: ["size"], about: "weights after the step" },
    m_out: { dims: ["size"], about: "first moments after the step" },
    v_out: { dims: ["size"], about: "second moments after the step" },
  },
  unit: ["size"],
  constraints: [
    notNegative("lr"),
    decayRate("beta1"),
    decayRate("beta2"),
    notNegative("eps"),
    notNegative("weight_decay"),
    {
      sentence: "`step` is a whole number from 1 to 1,000,000.",
      of: "dimensions",
      holds: ({ params: { step } }) => Number.isInteger(step) && step >= 1 && step <= 1e6,
    },
  ],
  reference: {
    prepare(_, { lr, beta1, beta2, eps, weight_decay, step }) {
      const correction1 = sub(1, pow(beta1, step));
      const correction2 = sub(1, pow(beta2, step));
      const decay = mul(lr, weight_decay);
      return ({ w, grad, m, v }) => {
        const m_out = mix(grad, m, beta1);
        const v_out = mix(square(grad), v, beta2);
        const divisor = add(sqrt(div(v_out, correction2)), eps);
        const update = div(mul(lr, div(m_out, correction1)), divisor);
        return { w_out: sub(sub(w, mul(decay, w)), update), m_out, v_out };
      };
    },
  },
  cases: sizeCases("size", 2 ** 22),
  data: {
    plain: [
      "normal gradients, with moments as earlier ones leave them",
      { w: normal(0, 1), grad: normal(0.3, 1), m: normal(0.3, 0.5), v: uniform([0.3, 1.5]) },
    ],
    untouched: ["one weight in three has had no gradient other than 0", untouched],
    small: [
      "gradients and roots of second moments between 1e-9 and 1e-6, where eps counts",
      { grad: magnitudes(1e-9, 1e-6), m: magnitudes(1e-9, 1e-6), v: uniform([0, 1e-14]) },
    ],
  },
  flops: ({ size }) => 16 * size,
  mistakes: [
    {
      name: "coupled-decay",
      about: "the decay is added to the gradient, as in plain Adam",
      hint: "Subtract LR * WEIGHT_DECAY * w from the weight; leave the gradient as it is.",
      edits: [
        ["let g = grad[i];", "let g = grad[i] + WEIGHT_DECAY * w[i];"],
        ["w[i] - LR * WEIGHT_DECAY * w[i]", "w[i]"],
      ],
    },
    {
      name: "no-bias-correction",
      about: "the moments are not corrected for their start at 0",
      hint: "Divide the moments by 1 - pow(BETA1, STEP) and 1 - pow(BETA2, STEP).",
      edits: [
        ["first / (1 - pow(BETA1, STEP))", "first"],
        ["second / (1 - pow(BETA2, STEP))", "second"],
      ],
    },
    {
      name: "step-from-zero",
      about: "the step is taken as counted from 0, and 1 is added to it",
      hint: "Use STEP as the exponent: it is the number of this step, counted from 1.",
      edits: [
        ["pow(BETA1, STEP)", "pow(BETA1, STEP + 1)"],
        ["pow(BETA2, STEP)", "pow(BETA2, STEP + 1)"],
      ],
    },
    {
      name: "corrections-swapped",
      about: "each moment is corrected with the other's beta",
      hint: "Correct the first moment with BETA1 and the second with BETA2.",
      edits: [
        ["first / (1 - pow(BETA1, STEP))", "first / (1 - pow(BETA2, STEP))"],
        ["second / (1 - pow(BETA2, STEP))", "second / (1 - pow(BETA1, STEP))"],
      ],
    },
    {
      name: "epsilon-under-the-root",
      about: "eps is added under the root instead of after it",
      hint: "Divide by sqrt(square) + EPS: eps is added to the root.",
      edits: [["(sqrt(mean_square) + EPS)", "sqrt(mean_square + EPS)"]],
    },
    {
      name: "no-epsilon",
      about: "eps is not added to the root",
      hint: "Divide by sqrt(square) + EPS. Without it, a weight that has had no gradient becomes NaN.",
      edits: [["(sqrt(mean_square) + EPS)", "sqrt(mean_square)"]],
    },
    {
      name: "old-moments",
      about: "the update uses the first moment from before the step",
      hint: "Use the moments that this step writes.",
      edits: [["let mean = first / ", "let mean = m[i] / "]],
    },
    {
      name: "decay-without-rate",
      about: "the decay is not multiplied by the learning rate",
      hint: "Subtract LR * WEIGHT_DECAY * w, not WEIGHT_DECAY * w.",
      edits: [["LR * WEIGHT_DECAY * w[i]", "WEIGHT_DECAY * w[i]"]],
    },
    {
      name: "no-decay",
      about: "the weight does not decay",
      hint: "Also subtract LR * WEIGHT_DECAY * w from the weight.",
      edits: [["w[i] - LR * WEIGHT_DECAY * w[i]", "w[i]"]],
    },
    {
      name: "gradient-not-squared",
      about: "the second moment takes the gradient's magnitude instead of its square",
      hint: "Add (1 - BETA2) * g * g to the second moment.",
      edits: [["(1 - BETA2) * g * g", "(1 - BETA2) * abs(g)"]],
    },
  ],
  plain: { code: plain, invocationFor: ["size"] },
  tuned({ shape: { size }, params: { lr, beta1, beta2, eps, weight_decay, step }, device }) {
    const constants = {
      BETA1: beta1,
      REST1: 1 - beta1,
      BETA2: beta2,
      REST2: 1 - beta2,
      KEPT: 1 - lr * weight_decay,
      RATE: lr / (1 - beta1 ** step),
      ROOT_SCALE: 1 / Math.sqrt(1 - beta2 ** step),
      EPS: eps,
    };
    const tensors = { read: ["w", "grad", "m", "v"], written: ["w_out", "m_out", "v_out"] };
    return { passes: [elementsPass({ code: tuned, constants }, tensors, size, device)] };
  },
});
