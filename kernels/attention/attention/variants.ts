import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { partialMaxima, splitKeys } from "../attention-variants.ts";

const SCORE = "dot / sqrt(f32(DIM))";
const FIRST = "var maximum = p[start];";
const RAISE = "maximum = max(maximum, p[start + key]);";
const WEIGHT = "exp(p[start + key] - maximum)";
const PRODUCT = "q[row * DIM + d] * k[(head * KEYS + key) * DIM + d]";
const VALUE = "v[(head * KEYS + key) * DIM + d]";

/** Scores of hidden keys are computed and changed, instead of left out. */
const hidden = (score: string): Edit[] => [
  [" || key >= visible(row)", ""],
  [SCORE, score],
  ["let start = row * KEYS;\n  let count = visible(row);", "let start = row * KEYS;\n  let count = KEYS;"],
  ["let head = row / QUERIES;\n  let count = visible(row);", "let head = row / QUERIES;\n  let count = KEYS;"],
];

/** Halves the number of keys repeatedly, and loses one whenever it is odd. */
const ODD_TREE = `
  var highest: array<f32, 512>;
  for (var key = 0u; key < min(count, 512); key++) { highest[key] = p[start + key]; }
  for (var span = min(count, 512u) / 2; span > 0; span /= 2) {
    for (var key = 0u; key < span; key++) { highest[key] = max(highest[key], highest[key + span]); }
  }
  var maximum = highest[0];`;

export const variants: WrittenVariants<AttentionShape, "causal"> = {
  honest: [
    ...splitKeys.honest,
    {
      name: "query and key scaled by the fourth root",
      edits: [
        ["  var dot = 0.0;", "  let root = 1.0 / sqrt(sqrt(f32(DIM)));\n  var dot = 0.0;"],
        [PRODUCT, "(q[row * DIM + d] * root) * (k[(head * KEYS + key) * DIM + d] * root)"],
        [SCORE, "dot"],
      ],
    },
    {
      name: "query scaled first, exp2 with the factor folded in",
      edits: [
        ["  var dot = 0.0;", "  let factor = 1.44269504 / sqrt(f32(DIM));\n  var dot = 0.0;"],
        [PRODUCT, "q[row * DIM + d] * factor * k[(head * KEYS + key) * DIM + d]"],
        [SCORE, "dot"],
        ["exp(", "exp2("],
      ],
    },
    {
      name: "exp2 of a fused product and difference",
      edits: [[WEIGHT, "exp2(fma(p[start + key], 1.44269504, -(maximum * 1.44269504)))"]],
    },
    {
      name: "through the logarithm of the sum",
      edits: [
        ["    p[start + key] = weight;\n", ""],
        ["p[start + key] /= sum;", "p[start + key] = exp(p[start + key] - (maximum + log(sum)));"],
      ],
    },
    { name: "hidden keys scored -1e30", edits: hidden(`select(-1e30, ${SCORE}, key < visible(row))`) },
  ],
  imprecise: [
    {
      name: "queries and keys rounded to f16",
      edits: [[PRODUCT, "quantizeToF16(q[row * DIM + d]) * quantizeToF16(k[(head * KEYS + key) * DIM + d])"]],
    },
    {
      name: "values rounded to f16",
      edits: [[VALUE, `quantizeToF16(clamp(${VALUE}, -6e4, 6e4))`]],
    },
  ],
  limited: [
    ...splitKeys.limited,
    ...["-60.0", "-100.0", "-200.0", "0.0"].map((start) => ({
      name: `maximum from ${start}`,
      edits: [
        [FIRST, `var maximum = ${start};`],
        ["key = 1u", "key = 0u"],
      ] satisfies Edit[],
    })),
    ...partialMaxima.map((condition) => ({
      name: `maximum if ${condition}`,
      edits: [
        [FIRST, "let query = row % QUERIES;\n  let visible = count;\n  var maximum = -1e30;"],
        ["key = 1u", "key = 0u"],
        [RAISE, `if (${condition}) { ${RAISE} }`],
      ] satisfies Edit[],
    })),
    {
      name: "maximum by a tree that halves odd counts",
      edits: [
        [FIRST, ODD_TREE],
        ["key = 1u", "key = 512u"],
      ],
    },
    ...["-100.0", "-160.0", "-300.0"].map((mask) => ({
      name: `hidden keys scored ${mask}`,
      edits: hidden(`select(${mask}, ${SCORE}, key < visible(row))`),
    })),
    { name: "hidden keys' scores less 500", edits: hidden(`${SCORE} - select(500.0, 0.0, key < visible(row))`) },
    { name: "scores up to 290", edits: [[SCORE, `min(${SCORE}, 290.0)`]] },
    { name: "weights of at least exp(-20)", edits: [[WEIGHT, "exp(max(p[start + key] - maximum, -20.0))"]] },
    { name: "values up to 90,000", edits: [[VALUE, `min(${VALUE}, 9e4)`]] },
    {
      name: "values below 1e-4 omitted",
      edits: [[VALUE, `select(${VALUE}, 0.0, abs(${VALUE}) < 1e-4)`]],
    },
  ],
};
