import { composeTask } from "../../../harness/task/compose-task.ts";
import { mistakes, UNKNOWN } from "../../../harness/task/mistake-library.ts";
import { starterCode } from "../../../harness/task/one-pass.ts";
import { attentionCases, attentionDefinition, formula } from "../attention-definition.ts";
import { attentionMistakes, storedScores } from "../attention-mistakes.ts";
import flash from "../flash-attention/plain.wgsl";
import { plain } from "./plain.ts";
import { tuned } from "./tuned.ts";

const ALL_SCORES = [" || key >= visible(row)", ""] as const;
const ALL_KEYS_IN_SOFTMAX = ["start + visible(row);", "start + KEYS;"] as const;

/** The softmax of each key over the queries that see it. */
const OVER_QUERIES = `
fn over_queries(first: u32) {
  for (var column = first; column < HEADS * KEYS; column += HEADS * QUERIES) {
    let key = column % KEYS;
    let top = column / KEYS * QUERIES;
    var maximum = -1e30;
    for (var row = top; row < top + QUERIES; row++) {
      if (key < visible(row)) { maximum = max(maximum, p[row * KEYS + key]); }
    }
    var sum = 0.0;
    for (var row = top; row < top + QUERIES; row++) {
      if (key < visible(row)) { sum += exp(p[row * KEYS + key] - maximum); }
    }
    for (var row = top; row < top + QUERIES; row++) {
      p[row * KEYS + key] = exp(p[row * KEYS + key] - maximum) / sum;
    }
  }
}
`;

export default composeTask({
  ...attentionDefinition,
  name: "attention",
  step: {
    track: "attention and inference",
    level: 3,
    teaches: "three dependent passes, and a softmax between two matrix products",
    questions: [26, 34],
  },
  title: "Scaled dot-product attention",
  statement: `${formula}

Scratch holds four score matrices: scores and probabilities may be stored between passes.`,
  hints: [
    "Three passes are enough for a correct kernel: one invocation per score, one per row's softmax, one per output.",
    "Exclude hidden keys from the maximum, the sum and the weighted mean, or set their score to -1e30: their weight is zero.",
    "Round the number of workgroups up, and return from surplus invocations: rows need not be a multiple of the workgroup size.",
    "The first and the last pass are matrix products: stage tiles of the operands in workgroup memory and let each invocation compute several results.",
    "With causal = 1, skip fully hidden tiles: when queries = keys, nearly half of the scores are never needed.",
    "Best of all, never store the scores: see the task flash-attention.",
  ],
  cases: attentionCases([1, 64, 64, 32], [4, 128, 128, 64], [4, 384, 384, 64]),
  scratchLimitBytes: ({ heads, queries, keys }) => 16 * heads * queries * Math.max(64, keys),
  mistakes: [
    ...attentionMistakes({
      ...storedScores,
      hiddenScoresZero: [
        ALL_SCORES,
        ["dot / sqrt(f32(DIM))", "select(0.0, dot / sqrt(f32(DIM)), key < visible(row))"],
        ALL_KEYS_IN_SOFTMAX,
        ["let count = visible(row);", "let count = KEYS;"],
      ],
      maskedAfterSoftmax: [ALL_SCORES, ALL_KEYS_IN_SOFTMAX],
      firstHeadOnly: [
        ["k[(head * KEYS + key)", "k[(key)"],
        ["v[(head * KEYS + key)", "v[(key)"],
      ],
      headsInterleaved: [
        ["k[(head * KEYS + key)", "k[(key * HEADS + head)"],
        ["v[(head * KEYS + key)", "v[(key * HEADS + head)"],
      ],
      keysTransposed: [["k[(head * KEYS + key) * DIM + d]", "k[(head * DIM + d) * KEYS + key]"]],
      // The weights of values are relative to the largest score up to the end of their key's tile.
      notRescaled: (tile) => [
        ["var maximum = p[start];", "var maximum = p[start];\n  var running = maximum;"],
        [
          "p[at] = exp(p[at] - maximum);\n    sum += p[at];",
          `if ((at - start) % ${tile}u == 0u) {
      for (var other = at; other < min(at + ${tile}u, end); other++) { running = max(running, p[other]); }
    }
    sum += exp(p[at] - maximum);
    p[at] = exp(p[at] - running);`,
        ],
      ],
      dividedLast: ["out[index] = sum;", `out[index] = select(sum, ${UNKNOWN}, count == 0u);`],
    }),
    ...mistakes({
      "normalised-over-queries": [
        "the softmax runs over the queries of a key instead of the keys of a query",
        "Compute a maximum and a sum for each query, over all keys that it sees.",
        ["@compute @workgroup_size(64)\nfn softmax", `${OVER_QUERIES}\n@compute @workgroup_size(64)\nfn softmax`],
        ["  let start = row * KEYS;", "  over_queries(row);\n  return;\n  let start = row * KEYS;"],
      ],
    }),
  ],
  plain,
  tuned,
  starter: { code: starterCode(flash), invocationFor: ["heads", "queries"], bindings: ["q", "k", "v", "out"] },
});
