import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { normal, outliers, rowwise } from "../../../harness/task/data-library.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import { passesOf } from "../../../harness/task/one-pass.ts";
import type { Mistake } from "../../../harness/task/task.ts";
import { prefixSum } from "../../../reference/bounded.ts";
import { elementsHead } from "../../software/elements.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

/** Beyond this many terms one after another, f32 need leave no digit of a sum: the statement asks for parts. */
const LONGEST_SUM = 5000;
/** Elements of a workgroup on a GPU. */
const BLOCK = 1024;
/** Invocations of a workgroup on a software adapter. */
const LANES = 8;
const LEAST_WORKGROUPS = 64;
const WAVES = 3;
/** Halfway between two numbers of f16 once the small values of a first block of 1024 are added. */
const LATE = 999.48;
/** Last of their stretch, whether one invocation takes 2, 4, 8 or 16 elements; none is in the first stretch. */
const LATE_COLUMNS = [31, 47, 63, 95];

/** The sum of some elements. */
const SUM_FROM = `
fn sumFrom(first: u32, last: u32) -> f32 {
  var sum = 0.0;
  for (var i = first; i <= last; i++) {
    sum += x[i];
  }
  return sum;
}
`;

const ofBlocks = (block: number, first: string): Edit[] => [
  ["@compute", `${SUM_FROM}\n@compute`],
  ["y[i] = running;", `let block = i / ${block}u; y[i] = sumFrom(${first} * ${block}u, i);`],
];

export default composeTask({
  name: "prefix-sum",
  family: "first-steps",
  title: "Prefix sum",
  step: {
    track: "first steps",
    level: 3,
    teaches: "a result that depends on all elements before it, in parallel",
    questions: [3, 8],
  },
  statement: `Compute the running sum of \`x\`, each element included:

    y[i] = sum over j <= i of x[j]

Add in parts: no sum may go through more than ${LONGEST_SUM.toLocaleString("en")} additions one after another. There may be 2²⁰ elements, and sums
may return to near zero after they have grown. No sum may include later elements, even if they are subtracted again: an
f32 keeps no digits of small ones next to large ones.`,
  example: { shape: { size: 5 }, params: {}, inputs: { x: [1, 2, -4, 0.5, 3] } },
  hints: [
    "One workgroup is enough for a correct kernel: each lane adds up a stretch of elements, one lane adds the stretches' sums, and each lane goes through its stretch again.",
    "Wait at a workgroupBarrier() before one invocation reads what others wrote to workgroup memory.",
    "Use three passes to occupy the whole device: workgroups add up blocks, one workgroup scans the blocks' sums, workgroups scan their blocks from there.",
    "Within a workgroup, add to each number the one 1, 2, 4, … places before, with a barrier between reading and writing.",
  ],
  shape: { size: "elements" },
  params: {},
  inputs: { x: { dims: ["size"], about: "values", range: [-1000, 1000] } },
  outputs: { y: { dims: ["size"], about: "the sum of all values up to each" } },
  unit: [],
  reference: ({ x }) => ({ y: prefixSum(x, LONGEST_SUM) }),
  cases: casesOf({
    axes: ["size"],
    checks: [
      ["tiny", [1]],
      ["tiny", [3]],
      ["odd sizes", [97], "all"],
      ["odd sizes", [1013], "all"],
      ["around a tile", [15]],
      ["around a tile", [16]],
      ["around a tile", [17]],
      ["around a tile", [63]],
      ["around a tile", [64]],
      ["around a tile", [65]],
      ["around a tile", [257], "all"],
      ["around a tile", [1025]],
      ["long", [8209], "all"],
      ["many", [300_007], ["plain", "late-outlier"]],
      ["many", [2 ** 20], ["pairs"]],
    ],
    draw: (random) => [random.integer(2, 5000)],
    measures: { small: [2 ** 16], medium: [2 ** 20], large: [2 ** 22] },
  }),
  data: {
    plain: ["normal values around 0.5", { x: normal(0.5, 1) }],
    waves: [
      "values of one sign, then of the other, so that sums grow and return to near zero",
      {
        x: rowwise((random, { cols }) => (column) => {
          const isFalling = Math.floor((2 * WAVES * column) / cols) % 2 === 1;
          return (isFalling ? -1 : 1) * random.uniform(0.5, 1.5);
        }),
      },
    ],
    pairs: [
      "pairs of large values that cancel except for a small difference",
      { x: rowwise((random) => (column) => (column % 2 === 0 ? 20 : -20) + random.normal(0.5, 0.2)) },
    ],
    outliers: ["a few values far larger than the others", { x: outliers(100) }],
    "late-outlier": [
      "small values before one of nearly 1,000: sums that include it and subtract it again lose their digits",
      {
        x: rowwise((random) => {
          const late = random.pick(LATE_COLUMNS);
          return (column) => (column === late ? LATE : 1e-3 * random.uniform(0.5, 1));
        }),
      },
    ],
  },
  // Two copies of all elements, and partial sums of them.
  scratchLimitBytes: ({ size }) => 8 * size + 16_384,
  flops: ({ size }) => size,
  mistakes: [
    {
      name: "exclusive",
      about: "each element is missing from its own sum",
      hint: "Add x[i] before you write y[i]: the sum includes the element itself.",
      edits: [["running += x[i];\n    y[i] = running;", "y[i] = running;\n    running += x[i];"]],
    },
    {
      name: "stretches-start-at-zero",
      about: "the sums of stretches do not include the stretches before",
      hint: "Start each stretch with the sum of all elements before it.",
      edits: [["var running = sums[lane];", "var running = 0.0;"]],
    },
    {
      name: "stretch-counted-twice",
      about: "each stretch starts with a sum that includes the stretch itself",
      hint: "Start each stretch with the sum of the stretches before it, without its own.",
      edits: [["sums[other] = total;\n      total += own;", "total += own;\n      sums[other] = total;"]],
    },
    {
      name: "only-previous-stretch",
      about: "each stretch starts with the sum of the one before instead of all before",
      hint: "Add up the sums of all stretches before.",
      edits: [["total += own;", "total = own;"]],
    },
    ...[64, 256, 1024].flatMap((block): Mistake[] => [
      {
        name: `blocks-start-at-zero-${block}`,
        about: `the sum starts again after every ${block} elements`,
        hint: "Add the sum of all blocks before: a workgroup's scan knows only its own block.",
        edits: ofBlocks(block, "block"),
      },
      {
        name: `only-previous-block-${block}`,
        about: `of the blocks of ${block} elements before, only the last one is added`,
        hint: "Scan the sums of the blocks as well: each block starts with the sum of all blocks before.",
        edits: ofBlocks(block, "(max(block, 1u) - 1u)"),
      },
    ]),
  ],
  plain: { code: plain, workgroupFor: [] },
  tuned: {
    software({ shape: { size } }) {
      const stretches = LANES * Math.max(LEAST_WORKGROUPS, Math.ceil(size / LANES / LONGEST_SUM));
      const module = {
        code: [elementsHead({ read: ["x"], written: ["y"] }, size), tunedOnSoftware].join("\n"),
        constants: { SIZE: size, STRETCHES: stretches, STEPS_OF_STRETCH: Math.ceil(size / 4 / stretches) },
        bindings: ["x", "sums", "y"],
      };
      const invocations = { addStretches: stretches, scanSums: 1, scanStretches: stretches };
      return { scratch: { sums: 4 * stretches }, passes: passesOf(module, LANES, invocations) };
    },
    hardware({ shape: { size } }) {
      const blocks = Math.ceil(size / BLOCK);
      return {
        scratch: { sums: 4 * blocks },
        passes: [
          {
            code: tuned,
            entryPoint: "addBlocks",
            constants: { SIZE: size },
            bindings: ["x", "sums"],
            workgroups: [blocks],
          },
          { code: tuned, entryPoint: "scanSums", constants: { BLOCKS: blocks }, bindings: ["sums"], workgroups: [1] },
          {
            code: tuned,
            entryPoint: "scanBlocks",
            constants: { SIZE: size },
            bindings: ["x", "sums", "y"],
            workgroups: [blocks],
          },
        ],
      };
    },
  },
});
