import { sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { notNegative } from "../../../harness/task/constraints.ts";
import { bothSigns, normal } from "../../../harness/task/data-library.ts";
import { add, choose, div, mul, neg, sub } from "../../../reference/bounded.ts";
import { elementsPass } from "../../software/elements.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

type Param = "lr" | "l1" | "l2";

/** Gradients that bring each weight within two thresholds of 0, most of them close to one threshold. */
const nearThreshold: DrawInputs<"size", Param> = (random, { size }, { lr, l1 }) => {
  const w = random.f32(size, () => random.normal(0, 1));
  const grad = random.f32(size, (_, i) => {
    const share = i % 4 === 0 ? random.uniform(0, 2) : 1 + random.uniform(-1e-3, 1e-3);
    return (w[i]! - random.pick([-1, 1]) * share * lr * l1) / lr;
  });
  return { w, grad };
};

export default composeTask({
  name: "elastic-net-prox",
  family: "learning",
  title: "Proximal step of the elastic net",
  step: { track: "training", level: 1, teaches: "element-wise functions with branches", questions: [4] },
  statement: `Take one proximal gradient step of a loss with L1 and L2 penalties: a gradient step, a soft threshold, a shrinkage.

    u        = w[i] - lr · grad[i]
    s        = sign(u) · max(|u| - lr · l1, 0)
    w_out[i] = s / (1 + lr · l2)

Weights whose \`|u|\` is at most \`lr · l1\` become exactly 0: that makes the model sparse.`,
  example: {
    shape: { size: 4 },
    params: { lr: 0.5, l1: 1, l2: 2 },
    inputs: { w: [2, -2, 0.5, -0.25], grad: [1, 1, 0.5, -1] },
  },
  hints: [
    "One invocation for each weight is enough. Guard those past the end: sizes need not be multiples of 64.",
    "Subtract the threshold from |u|, keep nothing below 0, and restore the sign.",
    "max(|u| - t, 0) needs no branch. Compute the threshold t and the divisor once, in the plan.",
    "The kernel only moves memory: let an invocation take several weights, each a stride apart.",
  ],
  shape: { size: "weights" },
  params: {
    lr: ["the learning rate", 0.5, 0.1],
    l1: ["the factor of the L1 penalty", 1, 3, 0.5],
    l2: ["the factor of the L2 penalty", 2, 0.5, 4, 1],
  },
  inputs: {
    w: { dims: ["size"], about: "weights", range: [-1000, 1000] },
    grad: { dims: ["size"], about: "gradients of the loss", range: [-1000, 1000] },
  },
  outputs: { w_out: { dims: ["size"], about: "weights after the step" } },
  unit: ["size"],
  constraints: [notNegative("lr"), notNegative("l1"), notNegative("l2")],
  reference: {
    prepare(_, { lr, l1, l2 }) {
      const threshold = mul(lr, l1);
      const least = neg(threshold);
      const zero = lr.exactly(0);
      const divisor = add(mul(lr, l2), 1);
      return ({ w, grad }) => {
        const u = sub(w, mul(grad, lr));
        const positive = choose(u, threshold, { less: zero, greater: sub(u, threshold) });
        const soft = choose(u, least, { less: add(u, threshold), greater: positive });
        return { w_out: div(soft, divisor) };
      };
    },
  },
  cases: sizeCases("size", 2 ** 23),
  data: {
    plain: ["normal values, of which a third is below the threshold", { w: bothSigns(1), grad: normal(0.3, 1) }],
    threshold: ["gradient steps that end close to the threshold, of either sign", nearThreshold],
  },
  flops: ({ size }) => 7 * size,
  mistakes: [
    {
      name: "threshold-without-rate",
      about: "the threshold is l1 instead of lr · l1",
      hint: "Subtract LR * L1 from |u|.",
      edits: [["abs(moved) - LR * L1", "abs(moved) - L1"]],
    },
    {
      name: "hard-threshold",
      about: "values above the threshold are kept whole",
      hint: "Subtract the threshold from |u| where it is larger, too: the threshold is soft.",
      edits: [["max(abs(moved) - LR * L1, 0.0)", "select(0.0, abs(moved), abs(moved) > LR * L1)"]],
    },
    {
      name: "sign-lost",
      about: "negative values lose their sign",
      hint: "Multiply the shrunk magnitude by sign(u).",
      edits: [["sign(moved) * ", ""]],
    },
    {
      name: "sign-of-the-weight",
      about: "the result has the sign of w instead of that of w - lr · grad",
      hint: "Multiply the shrunk magnitude by sign(u): the gradient step may cross 0.",
      edits: [["sign(moved)", "sign(w[i])"]],
    },
    {
      name: "not-clipped",
      about: "magnitudes below the threshold become negative instead of 0",
      hint: "Take max(abs(u) - LR * L1, 0).",
      edits: [["max(abs(moved) - LR * L1, 0.0)", "(abs(moved) - LR * L1)"]],
    },
    {
      name: "no-shrinkage",
      about: "the result is not divided by 1 + lr · l2",
      hint: "Divide by 1 + LR * L2.",
      edits: [[" / (1 + LR * L2)", ""]],
    },
    {
      name: "shrinkage-without-rate",
      about: "the result is divided by 1 + l2 instead of 1 + lr · l2",
      hint: "Divide by 1 + LR * L2.",
      edits: [["(1 + LR * L2)", "(1 + L2)"]],
    },
    {
      name: "gradient-added",
      about: "the gradient is added instead of subtracted",
      hint: "Step against the gradient: w - LR * grad.",
      edits: [["w[i] - LR * grad[i]", "w[i] + LR * grad[i]"]],
    },
  ],
  plain: { code: plain, invocationFor: ["size"] },
  tuned({ shape: { size }, params: { lr, l1, l2 }, device }) {
    const constants = { LR: lr, THRESHOLD: lr * l1, SCALE: 1 / (1 + lr * l2) };
    const tensors = { read: ["w", "grad"], written: ["w_out"] };
    return { passes: [elementsPass({ code: tuned, constants }, tensors, size, device)] };
  },
});
