import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { multiple } from "../../../harness/task/constraints.ts";
import { type Draw, normal, rowwise, wholeNumbers } from "../../../harness/task/data-library.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import { Alternatives, abs, compare, Vector } from "../../../reference/bounded.ts";
import type { Span } from "../../../reference/oracle.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";

const GROUP = 4;
const KEPT = 2;

/** How many elements of its four go before one: in the reference, at least and at most. */
function ranksOf({ values, errors }: Vector, at: number): readonly [own: number, least: number, most: number] {
  const first = at - (at % GROUP);
  let [own, least, most] = [0, 0, 0];
  for (let other = first; other < first + GROUP; other++) {
    if (other === at) continue;
    const isBefore = values[other]! > values[at]! || (values[other] === values[at] && other < at);
    const order = compare([values[other]!, errors?.[other] ?? 0], [values[at]!, errors?.[at] ?? 0]);
    if (isBefore) own++;
    if (isBefore && order !== "either") least++;
    if (isBefore || order === "either") most++;
  }
  return [own, least, most];
}

function pruned(w: Vector): Alternatives {
  const sizes = abs(w);
  const others = new Map<number, readonly Span[]>();
  const values = w.values.map((value, at) => {
    const [own, least, most] = ranksOf(sizes, at);
    if (least < KEPT && most >= KEPT) others.set(at, [[Math.min(value, 0), Math.max(value, 0)]]);
    return own < KEPT ? value : 0;
  });
  return new Alternatives(new Vector(values, w.errors, w.noise), others);
}

/** In each four, magnitudes that differ by a few units in the last place at most. */
const closeFours: Draw = rowwise((random) => {
  let size = 0;
  return (column) => {
    if (column % GROUP === 0) size = random.uniform(0.5, 2);
    return random.pick([-1, 1]) * size * (1 + random.integer(-2, 2) * 2 ** -22);
  };
});

export default composeTask({
  name: "prune-2-4",
  family: "learning",
  title: "2:4 pruning",
  step: { track: "quantisation", level: 2, teaches: "ranks in small groups, ties, vector loads", questions: [47] },
  statement: `Make \`w\` sparse in the 2:4 pattern of tensor cores: of every four neighbours in a row, keep the two of largest magnitude,
and replace the others by 0.

    pruned[r,c] = w[r,c] if fewer than two of its four go before it, else 0

The fours are columns 0 to 3, 4 to 7, and so on. One weight goes before another if its magnitude is larger; of equal
magnitudes, the one with the lower index goes first. So exactly two of every four stay. Zeros may have either sign.`,
  example: { shape: { rows: 2, cols: 4 }, params: {}, inputs: { w: [1, -3, 2, 0.5, 2, -2, 2, 1] } },
  hints: [
    "One invocation for each weight is enough: count those of its four that go before it, and keep it if they are fewer than two.",
    "Compare abs(w), not w * w, which overflows. Of equal magnitudes, the lower index goes first.",
    "Let an invocation take a whole four, as a vec4f: six comparisons, one for each pair, give all ranks.",
  ],
  shape: { rows: "rows", cols: "weights in a row" },
  params: {},
  inputs: { w: { dims: ["rows", "cols"], about: "weights", range: [-1e30, 1e30] } },
  outputs: { pruned: { dims: ["rows", "cols"], about: "weights, half of them 0" } },
  unit: ["rows"],
  constraints: [multiple("cols", GROUP)],
  reference: ({ w }) => ({ pruned: pruned(w) }),
  cases: casesOf({
    axes: ["rows", "cols"],
    checks: [
      ["tiny", [1, 4]],
      ["tiny", [2, 8]],
      ["odd sizes", [7, 52], "all"],
      ["odd sizes", [263, 260]],
      ["around a tile", [15, 64]],
      ["around a tile", [63, 16]],
      ["around a tile", [17, 68], "all"],
      ["around a tile", [65, 60]],
      ["around a tile", [9, 196], "all"],
      ["long rows", [5, 8212], "all"],
      ["many rows", [65_537, 4]],
    ],
    draw: (random) => [random.integer(2, 90), GROUP * random.integer(1, 150)],
    measures: { small: [512, 1024], medium: [2048, 2048], large: [4096, 4096] },
  }),
  data: {
    plain: ["normal values around zero", { w: normal(0, 1) }],
    ties: ["small integers, so that many magnitudes are equal", { w: wholeNumbers(-2, 2) }],
    "near-ties": ["magnitudes that differ by a few units in the last place", { w: closeFours }],
  },
  flops: ({ rows, cols }) => 3 * rows * cols,
  mistakes: [
    {
      name: "signed-comparison",
      about: "values are compared instead of magnitudes",
      hint: "Compare abs(w): a large negative weight stays.",
      edits: [
        ["let own = abs(w[at]);", "let own = w[at];"],
        ["let size = abs(w[other]);", "let size = w[other];"],
      ],
    },
    {
      name: "squares-compared",
      about: "squares are compared, which overflow for large weights",
      hint: "Compare abs(w): w * w is infinite above 1.8e19.",
      edits: [
        ["let own = abs(w[at]);", "let own = w[at] * w[at];"],
        ["let size = abs(w[other]);", "let size = w[other] * w[other];"],
      ],
    },
    {
      name: "last-of-equals",
      about: "of equal magnitudes, the one with the higher index goes first",
      hint: "Let the lower index go first: size == own && other < at.",
      edits: [["other < at", "other > at"]],
    },
    {
      name: "all-of-equals",
      about: "equal magnitudes all stay, so that more than two of a four may",
      hint: "Break ties by the index: exactly two of every four stay.",
      edits: [["size > own || (size == own && other < at)", "size > own"]],
    },
    {
      name: "none-of-equals",
      about: "equal magnitudes push each other out, so that fewer than two of a four may stay",
      hint: "Break ties by the index: exactly two of every four stay.",
      edits: [["(size == own && other < at)", "(size == own && other != at)"]],
    },
    {
      name: "smallest-kept",
      about: "the two of smallest magnitude stay",
      hint: "Count the weights of larger magnitude: size > own.",
      edits: [["size > own ||", "size < own ||"]],
    },
    {
      name: "one-kept",
      about: "only one of every four stays",
      hint: "Keep a weight if fewer than two of its four go before it.",
      edits: [["before < 2", "before < 1"]],
    },
    {
      name: "three-kept",
      about: "three of every four stay",
      hint: "Keep a weight if fewer than two of its four go before it.",
      edits: [["before < 2", "before < 3"]],
    },
  ],
  plain: { code: plain, invocationFor: ["rows", "cols"] },
  tuned: ({ shape: { rows, cols }, device }) => ({
    passes: [
      {
        code: tuned,
        constants: { FOURS: (rows * cols) / GROUP },
        bindings: ["w", "pruned"],
        workgroups: spread(Math.ceil((rows * cols) / GROUP / 256), device),
      },
    ],
  }),
});
