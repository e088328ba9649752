import { sizeCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { type Draw, magnitudes, normal, rowwise } from "../../../harness/task/data-library.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import { mul, normalCdf } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

const MOST = 100;
const GELU = "0.5 * x[i] * (1.0 + erf(x[i] / sqrt(2.0)))";

/** Magnitudes at which approximations of GELU by other functions are farthest from it, of either sign. */
const shoulders: Draw = rowwise((random) => () => random.pick([-1, 1]) * random.uniform(1, 4));

/** One element in five near either end, where `y` is 0 or `x`; those between keep both from passing everywhere. */
const tails: Draw = rowwise((random) => (column) => {
  if (column % 5 === 0) return column === 0 ? MOST : random.uniform(0.6 * MOST, MOST);
  if (column % 5 === 1) return column === 1 ? -MOST : -random.uniform(0.6 * MOST, MOST);
  return random.normal(0, 1.5);
});

export default composeTask({
  name: "gelu",
  family: "layers",
  title: "GELU",
  step: { track: "training", level: 2, teaches: "approximating a function that WGSL lacks", questions: [20, 22] },
  statement: `Compute the Gaussian error linear unit in its exact form, with the distribution function Φ of the standard normal
distribution:

    y[i] = x[i] · Φ(x[i]), where Φ(z) = (1 + erf(z / √2)) / 2

WGSL has no \`erf\`, so Φ may be off by 1e-6. The approximation by \`tanh\`, as in GPT-2, is off by up to 5e-4 and not
accepted.`,
  example: { shape: { size: 4 }, params: {}, inputs: { x: [-1, 0, 1, 3] } },
  hints: [
    "For z >= 0, erf(z) = 1 - (a1·t + a2·t² + a3·t³ + a4·t⁴ + a5·t⁵)·exp(-z²) with t = 1 / (1 + 0.3275911·z) and a = 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429 is within 1.5e-7.",
    "Use erf(-z) = -erf(z) for negative arguments: the formula is only for z >= 0.",
    "Avoid the cancellation of 1 + erf(z) for negative z: y = max(x, 0) - |x|·(1 - Φ(|x|)) has no branch and keeps small values precise.",
    "The kernel mostly moves memory: let an invocation take several elements, each a stride apart.",
  ],
  shape: { size: "elements" },
  params: {},
  inputs: { x: { dims: ["size"], about: "pre-activations" } },
  outputs: { y: { dims: ["size"], about: "activations" } },
  // Not the range of the input itself: y is 0 for all elements below -14, so no kernel can show that it clamps them.
  ranges: [{ of: "an element of `x`", least: -MOST, most: MOST, values: ({ inputs: { x } }) => x! }],
  unit: ["size"],
  reference: ({ x }) => ({ y: mul(x, normalCdf(x)) }),
  // PyTorch computes 1 + erf(z), which cancels for negative z.
  goldenOfLargest: true,
  cases: sizeCases("size"),
  data: {
    plain: ["normal values around 0.5", { x: normal(0.5, 1.5) }],
    ends: ["elements near both ends of their range, and others around 0", { x: tails }, "ends"],
    shoulders: ["magnitudes of 1 to 4, where similar functions differ most", { x: shoulders }],
    small: ["values between 1e-6 and 0.1, of both signs", { x: magnitudes(1e-6, 0.1) }],
  },
  flops: ({ size }) => 20 * size,
  mistakes: [
    {
      name: "tanh-approximation",
      about: "Φ is approximated by tanh",
      hint: "Compute Φ by erf: the approximation by tanh is off by up to 5e-4.",
      edits: [[GELU, "0.5 * x[i] * (1.0 + tanh(0.7978845608 * (x[i] + 0.044715 * x[i] * x[i] * x[i])))"]],
    },
    {
      name: "sigmoid-approximation",
      about: "Φ(x) is approximated by the sigmoid of 1.702·x",
      hint: "Compute Φ by erf: the approximation by a sigmoid is off by up to 0.02.",
      edits: [[GELU, "x[i] / (1.0 + exp(-1.702 * x[i]))"]],
    },
    {
      name: "silu",
      about: "x is multiplied by its sigmoid, which is SiLU",
      hint: "Multiply x by Φ(x), not by its sigmoid.",
      edits: [[GELU, "x[i] / (1.0 + exp(-x[i]))"]],
    },
    {
      name: "root-of-two-forgotten",
      about: "the argument of erf is not divided by √2",
      hint: "Φ(z) = (1 + erf(z / √2)) / 2: divide by √2 before erf.",
      edits: [[" / sqrt(2.0)", ""]],
    },
    {
      name: "not-halved",
      about: "the factor ½ of Φ is missing",
      hint: "Φ(z) = (1 + erf(z / √2)) / 2: halve the sum.",
      edits: [["0.5 * x[i]", "x[i]"]],
    },
    {
      name: "only-distribution",
      about: "Φ(x) is not multiplied by x",
      hint: "Multiply Φ(x) by x.",
      edits: [["0.5 * x[i]", "0.5"]],
    },
    {
      name: "erf-without-sign",
      about: "erf of a negative argument is computed as that of its magnitude",
      hint: "Use erf(-z) = -erf(z): give the result the argument's sign.",
      edits: [["sign(z) * ", ""]],
    },
  ],
  plain: { code: plain, invocationFor: ["size"] },
  tuned({ shape: { size }, device }) {
    const isWhole = size % 4 === 0;
    const elements = isWhole ? size / 4 : size;
    return {
      passes: [
        {
          code: `alias Element = ${isWhole ? "vec4f" : "f32"};\n\n${tuned}`,
          constants: { SIZE: elements },
          bindings: ["x", "y"],
          workgroups: spread(Math.ceil(elements / 256), device),
        },
      ],
    };
  },
});
