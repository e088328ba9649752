import { sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { bothSigns, magnitudes } from "../../../harness/task/data-library.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import { choose, mul } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

export default composeTask({
  name: "leaky-relu",
  family: "first-steps",
  title: "Leaky ReLU",
  step: { track: "first steps", level: 1, teaches: "one value for each invocation", questions: [20, 22] },
  statement: `Keep positive elements and scale all others by the slope:

    y[i] = x[i] if x[i] > 0, else slope · x[i]

\`slope\` is from 0 to 1.`,
  example: { shape: { size: 4 }, params: { slope: 0.25 }, inputs: { x: [3, -2, 0, -8] } },
  hints: [
    "One invocation for each element is enough. Guard those past the end: sizes need not be multiples of 64.",
    "select(ifFalse, ifTrue, condition) takes the false value first.",
    "The kernel only moves memory: let an invocation take several elements, each a stride apart.",
  ],
  shape: { size: "elements" },
  params: { slope: ["the factor for elements that are not positive", 0.01, 0.25, 0.9] },
  inputs: { x: { dims: ["size"], about: "pre-activations", range: [-1e30, 1e30] } },
  outputs: { y: { dims: ["size"], about: "activations" } },
  unit: ["size"],
  constraints: [
    {
      sentence: "`slope` is from 0 to 1.",
      of: "dimensions",
      holds: ({ params: { slope } }) => slope >= 0 && slope <= 1,
    },
  ],
  reference: ({ x }, { slope }) => ({ y: choose(x, 0, { less: mul(x, slope), greater: x }) }),
  cases: sizeCases("size"),
  data: {
    plain: ["normal values, one in three of them positive", { x: bothSigns(2) }],
    magnitudes: ["values between 1e-6 and 1e6, of both signs", { x: magnitudes(1e-6, 1e6) }],
  },
  flops: ({ size }) => size,
  mistakes: [
    {
      name: "slope-ignored",
      about: "elements that are not positive become 0, as in plain ReLU",
      hint: "Multiply elements that are not positive by SLOPE.",
      edits: [["SLOPE * x[i]", "0.0"]],
    },
    {
      name: "branches-swapped",
      about: "positive elements are scaled, and the others are kept",
      hint: "select(ifFalse, ifTrue, condition) takes the false value first.",
      edits: [["x[i] > 0", "x[i] <= 0"]],
    },
    {
      name: "slope-added",
      about: "slope is added instead of multiplied",
      hint: "Multiply elements that are not positive by SLOPE.",
      edits: [["SLOPE * x[i]", "SLOPE + x[i]"]],
    },
    {
      name: "sign-lost",
      about: "elements that are not positive lose their sign",
      hint: "Take no absolute value: slope · x has the sign of x.",
      edits: [["SLOPE * x[i]", "SLOPE * abs(x[i])"]],
    },
  ],
  plain: { code: plain, invocationFor: ["size"] },
  tuned({ shape: { size }, params: { slope }, device }) {
    const isWhole = size % 4 === 0;
    const elements = isWhole ? size / 4 : size;
    return {
      passes: [
        {
          code: `alias Element = ${isWhole ? "vec4f" : "f32"};\n\n${tuned}`,
          constants: { SIZE: elements, SLOPE: slope },
          bindings: ["x", "y"],
          workgroups: spread(Math.ceil(elements / 256), device),
        },
      ],
    };
  },
});
