import { editedPlan } from "../../harness/task/edits.ts";
import type { Variant } from "../../harness/task/variant.ts";
import type { AttentionShape } from "../../reference/attention.ts";
import { splitKeys } from "./attention-pass-kernels.ts";
import { invocationPerRow, online } from "./attention-row-kernels.ts";
import type { AttentionPlanner } from "./attention-wgsl.ts";
import { ACROSS_SUBGROUPS, AS_TREE, workgroupPerRow } from "./attention-workgroup-kernels.ts";

const VEC4_DOT = `
  var dots = vec4f();
  for (var d = 0u; d < DIM; d += 4) { dots += q[(row * DIM + d) / 4] * k[key_at(head, key, d) / 4]; }
  let dot = dots.x + dots.y + dots.z + dots.w;`;

const vec4Loads = invocationPerRow({ element: "vec4f", dot: VEC4_DOT, valueAt: "((head * KEYS + key) * DIM + d) / 4" });
const scalarLoads = invocationPerRow({});
const acrossSubgroups = workgroupPerRow(ACROSS_SUBGROUPS);

/** Correct; none stores scores, so each fits the scratch of both tasks. */
export const honest = {
  reversed: {
    name: "everything in reverse, workgroups of 1",
    ownSkeleton: true,
    plan: invocationPerRow({
      size: 1,
      order: "count - 1 - step",
      dot: "var dot = 0.0; for (var d = DIM; d > 0; d--) { dot += q[row * DIM + d - 1] * k[key_at(head, key, d - 1)]; }",
    }),
  },
  fused: {
    name: "query scaled first, fused products, exp2 with the factor folded in",
    plan: invocationPerRow({
      size: 256,
      dot: "let factor = 1.44269504 / sqrt(f32(DIM)); var dot = 0.0; for (var d = 0u; d < DIM; d++) { dot = fma(q[row * DIM + d] * factor, k[key_at(head, key, d)], dot); }",
      score: "dot",
      weight: "exp2(score - maximum)",
      add: "fma(weight, value, total)",
      result: "total * (1.0 / sum)",
    }),
  },
  blocked: {
    name: "query and key scaled by the fourth root, dot products of blocks of 8",
    plan: invocationPerRow({
      dot: `
      let root = 1.0 / sqrt(sqrt(f32(DIM)));
      var dot = 0.0;
      for (var block = 0u; block < DIM; block += 8) {
        var part = 0.0;
        for (var d = block; d < min(block + 8, DIM); d++) { part += (q[row * DIM + d] * root) * (k[key_at(head, key, d)] * root); }
        dot += part;
      }`,
      score: "dot",
    }),
  },
  fusedExponent: {
    name: "exp2 of a fused product and difference",
    plan: invocationPerRow({
      score: "dot * inverseSqrt(f32(DIM))",
      weight: "exp2(fma(score, 1.44269504, -(maximum * 1.44269504)))",
    }),
  },
  onlineByKey: { name: "online, one key at a time", plan: invocationPerRow(online()) },
  throughLogarithm: {
    name: "normalised before the values, through the logarithm of the sum",
    plan: invocationPerRow({
      sums: `
      var weights = 0.0;
      for (var key = 0u; key < count; key++) { weights += weight_of(score_of(row, key), maximum); }
      let sum = maximum + log(weights);
      for (var key = 0u; key < count; key++) {
        let share = exp(score_of(row, key) - sum);
        for (var d = 0u; d < DIM; d++) { out[at + d] += share * v[value_at(head, key, d)]; }
      }`,
      result: "total",
    }),
  },
  maskedScores: {
    name: "hidden keys scored -1e30 instead of skipped",
    plan: invocationPerRow({ count: "KEYS", score: "select(-1e30, dot / sqrt(f32(DIM)), key < visible(query))" }),
  },
  vec4: {
    name: "vec4 loads if dim allows it",
    plan: (context) => (context.shape.dim % 4 === 0 ? vec4Loads : scalarLoads)(context),
  },
  tree: { name: "tree of 64 for few queries", plan: workgroupPerRow(AS_TREE) },
  subgroups: {
    name: "subgroups for few queries",
    plan: (context) => ({ ...acrossSubgroups(context), requires: ["subgroups"] }),
  },
  split: { name: "keys split in eight parts", ownSkeleton: true, plan: splitKeys },
} satisfies Record<string, Variant<AttentionShape, "causal">>;

/** Correct except for an intermediate value rounded to f16. */
export const imprecise: readonly { readonly name: string; readonly plan: AttentionPlanner }[] = [
  { name: "weights rounded to f16", plan: invocationPerRow({ weight: "quantizeToF16(exp(score - maximum))" }) },
  {
    name: "queries and keys rounded to f16",
    plan: invocationPerRow({ product: "quantizeToF16(a) * quantizeToF16(b)" }),
  },
  {
    name: "values rounded to f16",
    plan: invocationPerRow({ add: "total + weight * quantizeToF16(clamp(value, -6e4, 6e4))" }),
  },
  { name: "scores rounded to f16", plan: invocationPerRow({ score: "quantizeToF16(dot / sqrt(f32(DIM)))" }) },
  {
    name: "weighted sums rounded to f16",
    plan: invocationPerRow({ add: "quantizeToF16(clamp(total + weight * value, -6e4, 6e4))" }),
  },
];

export const wrong: readonly { readonly name: string; readonly mistake: string; readonly plan: AttentionPlanner }[] = [
  { name: "no factor", mistake: "not-scaled", plan: invocationPerRow({ score: "dot" }) },
  { name: "root forgotten", mistake: "scaled-by-dim", plan: invocationPerRow({ score: "dot / f32(DIM)" }) },
  {
    name: "without the maximum",
    mistake: "no-max-subtraction",
    plan: invocationPerRow({ maximum: "let maximum = 0.0;" }),
  },
  { name: "no division", mistake: "not-normalised", plan: invocationPerRow({ result: "total" }) },
  { name: "exp2 for exp", mistake: "base-two", plan: invocationPerRow({ weight: "exp2(score - maximum)" }) },
  { name: "no mask", mistake: "not-causal", plan: invocationPerRow({ count: "KEYS" }) },
  {
    name: "less than instead of at most",
    mistake: "own-key-hidden",
    plan: invocationPerRow({ count: "select(KEYS, query + KEYS - QUERIES, CAUSAL)" }),
  },
  {
    name: "one key beyond",
    mistake: "next-key-visible",
    plan: invocationPerRow({ count: "min(KEYS, visible(query) + 1)" }),
  },
  {
    name: "key at most query",
    mistake: "mask-aligned-top-left",
    plan: invocationPerRow({ count: "select(KEYS, query + 1, CAUSAL)" }),
  },
  {
    name: "scores times the mask",
    mistake: "hidden-scores-zero",
    plan: invocationPerRow({ count: "KEYS", score: "select(0.0, dot / sqrt(f32(DIM)), key < visible(query))" }),
  },
  {
    name: "weights times the mask",
    mistake: "masked-after-softmax",
    plan: invocationPerRow({ count: "KEYS", add: "total + select(0.0, weight, key < visible(query)) * value" }),
  },
  {
    name: "bindings in the wrong order",
    mistake: "keys-and-values-swapped",
    plan: invocationPerRow({ bindings: ["q", "v", "k", "out"] }),
  },
  {
    name: "no offset for the head",
    mistake: "first-head-only",
    plan: invocationPerRow({ keyAt: "key * DIM + d", valueAt: "key * DIM + d" }),
  },
  {
    name: "heads inside keys",
    mistake: "heads-interleaved",
    plan: invocationPerRow({ keyAt: "(key * HEADS + head) * DIM + d", valueAt: "(key * HEADS + head) * DIM + d" }),
  },
  {
    name: "keys in columns",
    mistake: "keys-transposed",
    plan: invocationPerRow({ keyAt: "(head * DIM + d) * KEYS + key" }),
  },
  {
    name: "keys end too early",
    mistake: "last-key-left-out",
    plan: invocationPerRow({ count: "min(visible(query), KEYS - 1)" }),
  },
  {
    name: "full tiles of 16 only",
    mistake: "ragged-tile-left-out-16",
    plan: invocationPerRow({ count: "min(visible(query), KEYS / 16 * 16)" }),
  },
  {
    name: "one tile of 64",
    mistake: "first-tile-only-64",
    plan: invocationPerRow({ count: "min(visible(query), 64)" }),
  },
  { name: "online, values left at the old scale", mistake: "not-rescaled-1", plan: invocationPerRow(online("total")) },
];

const maximumFrom = (start: string) =>
  `var maximum = ${start}; for (var key = 0u; key < count; key++) { maximum = max(maximum, score_of(row, key)); }`;

const maximumOver = (condition: string) => `
  var maximum = -1e30;
  for (var key = 0u; key < count; key++) { if (${condition}) { maximum = max(maximum, score_of(row, key)); } }`;

/** Halves the number of keys repeatedly, and loses one whenever it is odd. */
const ODD_TREE = `
  var highest: array<f32, 512>;
  for (var key = 0u; key < min(count, 512); key++) { highest[key] = score_of(row, key); }
  for (var span = min(count, 512u) / 2; span > 0; span /= 2) {
    for (var key = 0u; key < span; key++) { highest[key] = max(highest[key], highest[key + span]); }
  }
  var maximum = highest[0];
  for (var key = 512u; key < count; key++) { maximum = max(maximum, score_of(row, key)); }`;

export const limited: readonly { readonly name: string; readonly plan: AttentionPlanner }[] = [
  ...["-60.0", "-100.0", "-200.0", "0.0"].map((start) => ({
    name: `maximum from ${start}`,
    plan: invocationPerRow({ maximum: maximumFrom(start) }),
  })),
  { name: "parts' maxima from -100", plan: editedPlan(splitKeys, ["var maximum = -1e30;", "var maximum = -100.0;"]) },
  ...["-100.0", "-160.0", "-300.0"].map((mask) => ({
    name: `hidden keys scored ${mask}`,
    plan: invocationPerRow({ count: "KEYS", score: `select(${mask}, dot / sqrt(f32(DIM)), key < visible(query))` }),
  })),
  {
    name: "hidden keys' scores less 500",
    plan: invocationPerRow({ count: "KEYS", score: "dot / sqrt(f32(DIM)) - select(500.0, 0.0, key < visible(query))" }),
  },
  { name: "maximum by a tree that halves odd counts", plan: invocationPerRow({ maximum: ODD_TREE }) },
  ...[
    "key % 2 == 0",
    "key % 8 != 5",
    "key % 32 != 17",
    "key % 64 != 41",
    "key % 64 != 63",
    "key < 32",
    "key + 32 >= count",
    "key != 64",
    "query % 64 != 40 || key == 0",
  ].map((condition) => ({
    name: `maximum if ${condition}`,
    plan: invocationPerRow({ maximum: maximumOver(condition) }),
  })),
  { name: "scores up to 290", plan: invocationPerRow({ score: "min(dot / sqrt(f32(DIM)), 290.0)" }) },
  { name: "weights of at least exp(-20)", plan: invocationPerRow({ weight: "exp(max(score - maximum, -20.0))" }) },
  { name: "values up to 90,000", plan: invocationPerRow({ add: "total + weight * min(value, 9e4)" }) },
  {
    name: "values below 1e-4 omitted",
    plan: invocationPerRow({ add: "total + select(weight * value, 0.0, abs(value) < 1e-4)" }),
  },
];
