import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { partialMaxima, splitKeys } from "../attention-variants.ts";

const SCORE = "dot / sqrt(f32(DIM))";
const OWN = "score(start, key_start)";
const RAISE = "maximum = max(maximum, own);";
const PRODUCT = "q[query_start + d] * k[key_start + d]";
const ALL_KEYS = ["key < visible;", "key < KEYS;"] as const;
/** Both occurrences of the value, each as `of` makes it. */
const values = (of: (value: string) => string): Edit[] => [
  ["v[head_start + d]", of("v[head_start + d]")],
  ["v[key_start + d]", of("v[key_start + d]")],
];

/** All keys in the loop, the first too, from a maximum of `start`. */
const from = (start: string): Edit[] => [
  ["var maximum = score(start, head_start);", `var maximum = ${start};`],
  ["var sum = 1.0;", "var sum = 0.0;"],
  ["= v[head_start + d];", "= 0.0;"],
  ["key = 1u", "key = 0u"],
];

const TWO_LOOPS = `for (var key = 1u; key < visible; key++) {
    maximum = max(maximum, score(start, head_start + key * DIM));
  }
  var sum = exp(score(start, head_start) - maximum);`;

export const variants: WrittenVariants<AttentionShape, "causal"> = {
  honest: [
    ...splitKeys.honest,
    {
      name: "the maximum in a loop of its own",
      edits: [
        ["var sum = 1.0;", TWO_LOOPS],
        ["= v[head_start + d];", "= sum * v[head_start + d];"],
      ],
    },
    {
      name: "query and key scaled by the fourth root",
      edits: [
        ["  var dot = 0.0;", "  let root = 1.0 / sqrt(sqrt(f32(DIM)));\n  var dot = 0.0;"],
        [PRODUCT, "(q[query_start + d] * root) * (k[key_start + d] * root)"],
        [SCORE, "dot"],
      ],
    },
    {
      name: "query scaled first, exp2 with the factor folded in",
      edits: [
        ["  var dot = 0.0;", "  let factor = 1.44269504 / sqrt(f32(DIM));\n  var dot = 0.0;"],
        [PRODUCT, "q[query_start + d] * factor * k[key_start + d]"],
        [SCORE, "dot"],
        ["exp(before", "exp2(before"],
        ["exp(own", "exp2(own"],
      ],
    },
    {
      // With fused products, an unchanged maximum rescales by a little more or less than 1.
      name: "exp2 of fused products and differences",
      edits: [
        ["exp(before - maximum)", "exp2(fma(before, 1.44269504, -(maximum * 1.44269504)))"],
        ["exp(own - maximum)", "exp2(fma(own, 1.44269504, -(maximum * 1.44269504)))"],
      ],
    },
    {
      name: "hidden keys scored -1e30",
      edits: [ALL_KEYS, [OWN, `select(-1e30, ${OWN}, key < visible)`]],
    },
  ],
  imprecise: [
    {
      name: "queries and keys rounded to f16",
      edits: [[PRODUCT, "quantizeToF16(q[query_start + d]) * quantizeToF16(k[key_start + d])"]],
    },
    { name: "values rounded to f16", edits: values((value) => `quantizeToF16(clamp(${value}, -6e4, 6e4))`) },
  ],
  limited: [
    ...splitKeys.limited,
    ...["-60.0", "-100.0", "-200.0", "0.0"].map((start) => ({ name: `maximum from ${start}`, edits: from(start) })),
    ...partialMaxima.map((condition) => ({
      name: `maximum if ${condition}`,
      edits: [
        ...from("-1e30"),
        [RAISE, `let query = row % QUERIES;\n    if (${condition}) { ${RAISE} }`],
      ] satisfies Edit[],
    })),
    ...["-100.0", "-160.0", "-300.0"].map((mask) => ({
      name: `hidden keys scored ${mask}`,
      edits: [ALL_KEYS, [OWN, `select(${mask}, ${OWN}, key < visible)`]] satisfies Edit[],
    })),
    {
      name: "hidden keys' scores less 500",
      edits: [ALL_KEYS, [OWN, `${OWN} - select(500.0, 0.0, key < visible)`]],
    },
    { name: "scores up to 290", edits: [[SCORE, `min(${SCORE}, 290.0)`]] },
    { name: "weights of at least exp(-20)", edits: [["exp(own - maximum)", "exp(max(own - maximum, -20.0))"]] },
    { name: "values up to 90,000", edits: values((value) => `min(${value}, 9e4)`) },
    { name: "values below 1e-4 omitted", edits: values((value) => `select(${value}, 0.0, abs(${value}) < 1e-4)`) },
  ],
};
