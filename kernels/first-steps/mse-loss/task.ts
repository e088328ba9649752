import { sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { magnitudes, normal } from "../../../harness/task/data-library.ts";
import { div, square, sub, sum } from "../../../reference/bounded.ts";
import { elementsSum } from "../../software/elements.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

const MOST_PARTS = 1024;
/** Beyond this many terms one after another, f32 need leave hardly a digit of a sum: the statement asks for parts. */
const LONGEST_SUM = 2 ** 17;

export default composeTask({
  name: "mse-loss",
  family: "first-steps",
  title: "Mean squared error",
  step: { track: "first steps", level: 1, teaches: "a reduction to one number", questions: [31] },
  statement: `Compute the mean of the squared differences, a single number:

    loss[0] = mean over i of (prediction[i] - target[i])²

Add in parts: no invocation may add more than 100,000 terms one after another. \`target\` is a reserved word in WGSL: give
its variable another name.`,
  example: { shape: { size: 3 }, params: {}, inputs: { prediction: [1, 2, 6], target: [1, 4, 2] } },
  hints: [
    "One workgroup is enough for a correct kernel: each invocation adds every 64th square, then the first adds all partial sums.",
    "Wait at a workgroupBarrier() before one invocation reads what others wrote to workgroup memory.",
    "Let many workgroups each write a partial sum to scratch, and add those in a second pass.",
  ],
  shape: { size: "elements" },
  params: {},
  inputs: {
    prediction: { dims: ["size"], about: "what a model says", range: [-1e6, 1e6] },
    target: { dims: ["size"], about: "expected values", range: [-1e6, 1e6] },
  },
  outputs: { loss: { dims: ["1"], about: "the mean of the squared differences" } },
  unit: [],
  reference({ prediction, target }, { size }) {
    const squares = square(sub(prediction, target));
    return { loss: div(sum(squares, Math.min(size, LONGEST_SUM)), size) };
  },
  cases: sizeCases("size", 2 ** 22, 300_007),
  data: {
    plain: ["normal values around 1 and 0", { prediction: normal(1, 2), target: normal(0, 1) }],
    close: [
      "predictions near targets that are far from zero",
      { prediction: normal(1000, 1), target: normal(1000, 1) },
    ],
    magnitudes: ["values between 1e-3 and 1e3, of both signs", { prediction: magnitudes(1e-3, 1e3) }],
  },
  scratchLimitBytes: () => 4 * 65_536,
  flops: ({ size }) => 3 * size,
  mistakes: [
    {
      name: "not-divided",
      about: "the sum is not divided by the number of elements",
      hint: "Divide the sum of squares by SIZE.",
      edits: [[" / f32(SIZE)", ""]],
    },
    {
      name: "absolute-differences",
      about: "absolute differences are added instead of squares",
      hint: "Multiply each difference by itself.",
      edits: [["difference * difference", "abs(difference)"]],
    },
    {
      name: "root-taken",
      about: "the root of the mean is written",
      hint: "Write the mean itself: the mean squared error has no root.",
      edits: [["sum / f32(SIZE)", "sqrt(sum / f32(SIZE))"]],
    },
    {
      name: "halved",
      about: "the mean is halved",
      hint: "Write the mean itself: the factor ½ belongs to another convention.",
      edits: [["sum / f32(SIZE)", "0.5 * sum / f32(SIZE)"]],
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
    software({ shape: { size } }) {
      const tensors = { read: ["prediction", ["goal", "target"]] as const, written: [] };
      return elementsSum({ code: software }, tensors, size, { result: "loss", factor: 1 / size });
    },
    hardware({ shape: { size } }) {
      const parts = Math.min(MOST_PARTS, Math.ceil(size / 1024));
      return {
        scratch: { parts: 4 * parts },
        passes: [
          {
            code: tuned,
            entryPoint: "addParts",
            constants: { SIZE: size },
            bindings: ["prediction", "target", "parts"],
            workgroups: [parts],
          },
          {
            code: tuned,
            entryPoint: "finish",
            constants: { SIZE: size, PARTS: parts },
            bindings: ["parts", "loss"],
            workgroups: [1],
          },
        ],
      };
    },
  },
});
