import { sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { notNegative } from "../../../harness/task/constraints.ts";
import { magnitudes, normal, uniform } from "../../../harness/task/data-library.ts";
import { mul, square, sub, sum } from "../../../reference/bounded.ts";
import { elementsSum } from "../../software/elements.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

/** Lanes of the workgroup that adds the parts. */
const MOST_PARTS = 256;
/** Beyond this many terms one after another, f32 need leave hardly a digit of a sum: the statement asks for parts. */
const LONGEST_SUM = 2 ** 17;

export default composeTask({
  name: "ewc-penalty",
  family: "losses",
  title: "Elastic weight consolidation",
  step: {
    track: "losses",
    level: 1,
    teaches: "a sum and a map in one kernel",
    questions: [43],
  },
  statement: `Compute the penalty that keeps a network's weights close to those of an earlier task, and its gradient. Each
weight's importance is its diagonal element of the Fisher information:

    penalty[0] = lambda / 2 · sum over i of fisher[i] · (theta[i] - theta_old[i])²
    grad[i]    = lambda · fisher[i] · (theta[i] - theta_old[i])

Add in parts: no invocation may add more than 100,000 terms one after another.`,
  example: {
    shape: { size: 3 },
    params: { lambda: 2 },
    inputs: { theta: [1, 2, 3], theta_old: [0, 4, 3], fisher: [0.5, 1, 8] },
  },
  hints: [
    "One workgroup is enough for a correct kernel: each invocation takes every 64th weight, then the first adds all partial sums.",
    "Wait at a workgroupBarrier() before one invocation reads what others wrote to workgroup memory.",
    "Read each tensor once: the same difference gives a gradient and a term of the penalty.",
    "Let many workgroups each write a partial sum to scratch, and add those in a second pass.",
  ],
  shape: { size: "weights" },
  params: { lambda: ["importance of the earlier task", 0.4, 2, 50] },
  inputs: {
    theta: { dims: ["size"], about: "weights", range: [-100, 100] },
    theta_old: { dims: ["size"], about: "weights after the earlier task", range: [-100, 100] },
    fisher: { dims: ["size"], about: "importance of each weight", range: [0, 1000] },
  },
  outputs: {
    penalty: { dims: ["1"], about: "the penalty" },
    grad: { dims: ["size"], about: "its derivative by each weight" },
  },
  unit: [],
  constraints: [notNegative("lambda")],
  reference({ theta, theta_old, fisher }, { lambda, size }) {
    const change = sub(theta, theta_old);
    const terms = mul(mul(fisher, square(change)), mul(lambda, 0.5));
    return { penalty: sum(terms, Math.min(size, LONGEST_SUM)), grad: mul(mul(fisher, change), lambda) };
  },
  cases: sizeCases("size", 2 ** 22),
  data: {
    plain: [
      "normal weights, importance from 0 to 2",
      { theta: normal(0.5, 1), theta_old: normal(0, 1), fisher: uniform([0, 2]) },
    ],
    close: ["weights far from zero that hardly changed", { theta: normal(90, 0.1), theta_old: normal(90, 0.1) }],
    magnitudes: [
      "changes between 1e-3 and 10, of both signs",
      { theta: magnitudes(1e-3, 10), theta_old: normal(0, 1e-4) },
    ],
  },
  scratchLimitBytes: () => 4 * 65_536,
  flops: ({ size }) => 5 * size,
  mistakes: [
    {
      name: "penalty-not-halved",
      about: "the penalty lacks its factor ½",
      hint: "Multiply the sum by lambda / 2; the gradient has no such factor.",
      edits: [["own += 0.5 * slope", "own += slope"]],
    },
    {
      name: "gradient-halved",
      about: "the gradient is halved",
      hint: "Drop the factor ½ in the gradient: the derivative of the square cancels it.",
      edits: [["grad[i] = slope", "grad[i] = 0.5 * slope"]],
    },
    {
      name: "sign-swapped",
      about: "the gradient has the wrong sign",
      hint: "Subtract theta_old from theta, not the other way round.",
      edits: [["grad[i] = slope", "grad[i] = -slope"]],
    },
    {
      name: "importance-ignored",
      about: "`fisher` is not used",
      hint: "Multiply each squared change by the weight's own importance.",
      edits: [["LAMBDA * fisher[i] * change", "LAMBDA * change"]],
    },
    {
      name: "lambda-ignored-in-the-gradient",
      about: "the gradient is not multiplied by `lambda`",
      hint: "Multiply the gradient by LAMBDA too.",
      edits: [["grad[i] = slope", "grad[i] = fisher[i] * change"]],
    },
    {
      name: "weights-instead-of-changes",
      about: "the weights themselves are penalised instead of their changes",
      hint: "Subtract theta_old: the penalty is 0 for weights that did not change.",
      edits: [["theta[i] - theta_old[i]", "theta[i]"]],
    },
    {
      name: "mean-instead-of-sum",
      about: "the penalty is divided by the number of weights",
      hint: "Write the sum: it is not divided by SIZE.",
      edits: [["penalty[0] = sum", "penalty[0] = sum / f32(SIZE)"]],
    },
    {
      name: "last-partial-left-out",
      about: "the last partial sum is omitted",
      hint: "Add the partial sums of all invocations of the workgroup.",
      edits: [["other < 64;", "other < 63;"]],
    },
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned: {
    software({ shape: { size }, params: { lambda } }) {
      const module = { code: software, constants: { LAMBDA: lambda } };
      const tensors = { read: ["theta", "theta_old", "fisher"], written: ["grad"] };
      return elementsSum(module, tensors, size, { result: "penalty", factor: 0.5 });
    },
    hardware({ shape: { size }, params: { lambda } }) {
      const parts = Math.min(MOST_PARTS, Math.ceil(size / 1024));
      return {
        scratch: { parts: 4 * parts },
        passes: [
          {
            code: tuned,
            entryPoint: "differentiate",
            constants: { SIZE: size, LAMBDA: lambda },
            bindings: ["theta", "theta_old", "fisher", "grad", "parts"],
            workgroups: [parts],
          },
          {
            code: tuned,
            entryPoint: "finish",
            constants: { PARTS: parts },
            bindings: ["parts", "penalty"],
            workgroups: [1],
          },
        ],
      };
    },
  },
});
