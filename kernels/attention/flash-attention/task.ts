import { composeTask } from "../../../harness/task/compose-task.ts";
import { UNKNOWN } from "../../../harness/task/mistake-library.ts";
import { attentionCases, attentionDefinition, formula } from "../attention-definition.ts";
import { attentionMistakes } from "../attention-mistakes.ts";
import { flashPass } from "../online.ts";
import { flashOnSoftware } from "../software-flash.ts";
import plain from "./plain.wgsl";

const ALL_KEYS = ["key < visible;", "key < KEYS;"] as const;
const FIRST_SCORE = "var maximum = score(start, head_start);";
const FIRST_VALUE = ["= v[head_start + d];", "= sum * v[head_start + d];"] as const;
const RAISE = "maximum = max(maximum, own);";

const tileMaximum = (tile: number) => `
fn tile_maximum(query_start: u32, head_start: u32, first: u32, end: u32) -> f32 {
  var highest = score(query_start, head_start + first * DIM);
  for (var key = first + 1u; key < min(first + ${tile}u, end); key++) {
    highest = max(highest, score(query_start, head_start + key * DIM));
  }
  return highest;
}
`;

export default composeTask({
  ...attentionDefinition,
  name: "flash-attention",
  step: {
    track: "attention and inference",
    level: 4,
    teaches: "an online softmax, which keeps the score matrix out of memory",
    questions: [37],
  },
  title: "Attention without a score matrix",
  statement: `${formula}

The function is that of the task attention, but scratch holds only \`32 * heads * queries * (dim + 2)\` bytes: eight
partial results for each query, each with a maximum and a sum of weights. With many keys, the scores of a query do not
fit: process keys one by one, or tile by tile, and keep a running maximum, a running sum of weights and a running
weighted sum of values.`,
  hints: [
    "One invocation per query is enough for a correct kernel: it can keep the weighted sum of values in out itself.",
    "When a key raises the maximum from a to b, multiply both the sum of weights and the weighted sum by exp(a - b).",
    "Process keys in tiles, with one maximum and one rescaling per tile. The last tile may be partial.",
    "Let a workgroup take several queries of a head, so that each key and value that it reads serves all of them.",
    "With causal = 1 stop at the last key that any of the workgroup's queries sees.",
    "With few queries and many keys, split the keys among up to eight workgroups, and join their partial results in a second pass.",
  ],
  cases: attentionCases([1, 64, 128, 32], [2, 128, 256, 64], [2, 192, 1024, 64]),
  scratchLimitBytes: ({ heads, queries, dim }) => 32 * heads * queries * (dim + 2),
  mistakes: attentionMistakes({
    "no-max-subtraction": [
      [FIRST_SCORE, "var maximum = 0.0;"],
      ["var sum = 1.0;", "var sum = exp(score(start, head_start));"],
      FIRST_VALUE,
      [RAISE, ""],
    ],
    "not-normalised": [["out[start + d] /= sum;", ""]],
    "base-two": [
      ["exp(before", "exp2(before"],
      ["exp(own", "exp2(own"],
    ],
    hiddenScoresZero: [
      ALL_KEYS,
      ["= score(start, key_start)", "= select(0.0, score(start, key_start), key < visible)"],
    ],
    maskedAfterSoftmax: [ALL_KEYS, ["+ weight * v", "+ select(0.0, weight, key < visible) * v"]],
    firstHeadOnly: [["row / QUERIES * KEYS * DIM", "0u"]],
    headsInterleaved: [
      ["row / QUERIES * KEYS * DIM", "row / QUERIES * DIM"],
      ["head_start + key * DIM", "head_start + key * HEADS * DIM"],
    ],
    keysTransposed: [["k[key_start + d]", "k[(key_start / (KEYS * DIM) * DIM + d) * KEYS + key_start / DIM % KEYS]"]],
    notRescaled: (tile) => [
      ["@compute", `${tileMaximum(tile)}\n@compute`],
      [FIRST_SCORE, "var maximum = tile_maximum(start, head_start, 0u, visible);"],
      ["var sum = 1.0;", "var sum = exp(score(start, head_start) - maximum);"],
      FIRST_VALUE,
      [RAISE, `if (key % ${tile}u == 0u) { maximum = max(maximum, tile_maximum(start, head_start, key, visible)); }`],
      ["out[start + d] * rescale", "out[start + d]"],
    ],
    dividedLast: ["var sum = 1.0;", `var sum = select(1.0, ${UNKNOWN}, visible == 0u);`],
  }),
  plain: { code: plain, invocationFor: ["heads", "queries"] },
  tuned: flashOnSoftware(({ shape: { dim, ...sizes }, params: { causal } }) => {
    const elements = { row: dim, queryHead: sizes.queries * dim, keyHead: sizes.keys * dim };
    return { passes: [flashPass({ ...sizes, dim, causal }, elements, "out")] };
  }),
});
