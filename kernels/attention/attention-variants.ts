import { spread } from "../../harness/task/one-pass.ts";
import type { Pass, PlanContext, PlanFunction } from "../../harness/task/plan.ts";
import type { Variant } from "../../harness/task/variant.ts";
import type { AttentionShape } from "../../reference/attention.ts";
import { acrossSubgroups } from "../softmax/combination.ts";

type Context = PlanContext<AttentionShape, "causal">;
type AttentionPlan = PlanFunction<AttentionShape, "causal">;

/** Declares the overrides and the tensors, and how far a query sees. */
const interfaceOf = (bindings: readonly string[]) => `
  override HEADS: u32; override QUERIES: u32; override KEYS: u32; override DIM: u32; override CAUSAL: bool;
  fn visible(query: u32) -> u32 { return select(KEYS, query + KEYS - QUERIES + 1, CAUSAL); }
  ${bindings
    .map((name, binding) => {
      const access = ["q", "k", "v"].includes(name) ? "read" : "read_write";
      return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;`;
    })
    .join("\n  ")}`;

function pass(code: string, bindings: readonly string[], workgroups: number, { shape, params, device }: Context): Pass {
  const { heads, queries, keys, dim } = shape;
  const constants = { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal };
  return { code, constants, bindings, workgroups: spread(workgroups, device) };
}

const SCORE_OF = `
  fn score_of(row: u32, key: u32) -> f32 {
    var dot = 0.0;
    for (var d = 0u; d < DIM; d++) { dot += q[row * DIM + d] * k[(row / QUERIES * KEYS + key) * DIM + d]; }
    return dot / sqrt(f32(DIM));
  }`;

const PARTS = 8;

const PARTIAL = `${interfaceOf(["q", "k", "v", "parts", "lse"])} ${SCORE_OF}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let index = id.x + id.y * groups.x * 64;
    let row = index / ${PARTS};
    if (row >= HEADS * QUERIES) { return; }
    let each = (KEYS + ${PARTS - 1}) / ${PARTS};
    let begin = index % ${PARTS} * each;
    let end = min(begin + each, visible(row % QUERIES));
    lse[index] = -1e30;
    if (begin >= end) { return; }
    var maximum = -1e30;
    var sum = 0.0;
    for (var key = begin; key < end; key++) {
      let score = score_of(row, key);
      let larger = max(maximum, score);
      let rescale = exp(maximum - larger);
      let weight = exp(score - larger);
      sum = sum * rescale + weight;
      for (var d = 0u; d < DIM; d++) {
        let value = v[(row / QUERIES * KEYS + key) * DIM + d];
        parts[index * DIM + d] = parts[index * DIM + d] * rescale + weight * value;
      }
      maximum = larger;
    }
    for (var d = 0u; d < DIM; d++) { parts[index * DIM + d] /= sum; }
    lse[index] = maximum + log(sum);
  }`;

const JOIN = `${interfaceOf(["parts", "lse", "out"])}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let row = id.x + id.y * groups.x * 64;
    if (row >= HEADS * QUERIES) { return; }
    var maximum = lse[row * ${PARTS}];
    for (var part = 1u; part < ${PARTS}; part++) { maximum = max(maximum, lse[row * ${PARTS} + part]); }
    var sum = 0.0;
    for (var part = 0u; part < ${PARTS}; part++) { sum += exp(lse[row * ${PARTS} + part] - maximum); }
    let whole = maximum + log(sum);
    for (var d = 0u; d < DIM; d++) {
      var total = 0.0;
      for (var part = 0u; part < ${PARTS}; part++) {
        let index = row * ${PARTS} + part;
        total += exp(lse[index] - whole) * parts[index * DIM + d];
      }
      out[row * DIM + d] = total;
    }
  }`;

const splitKeys =
  (partial: string): AttentionPlan =>
  (context) => {
    const { heads, queries, dim } = context.shape;
    const rows = heads * queries;
    return {
      scratch: { parts: 4 * PARTS * rows * dim, lse: 4 * PARTS * rows },
      passes: [
        pass(partial, ["q", "k", "v", "parts", "lse"], Math.ceil((rows * PARTS) / 64), context),
        pass(JOIN, ["parts", "lse", "out"], Math.ceil(rows / 64), context),
      ],
    };
  };

const SUBGROUPS = `enable subgroups;
  ${interfaceOf(["q", "k", "v", "out"])} ${SCORE_OF}
  ${acrossSubgroups(64)}
  @compute @workgroup_size(64)
  fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let row = group.x + group.y * groups.x;
    if (row >= HEADS * QUERIES) { return; }
    let count = visible(row % QUERIES);
    var highest = score_of(row, 0);
    for (var key = lane; key < count; key += 64) { highest = max(highest, score_of(row, key)); }
    let maximum = combine_max(highest, lane);
    var part = 0.0;
    for (var key = lane; key < count; key += 64) { part += exp(score_of(row, key) - maximum); }
    let sum = combine_sum(part, lane);
    for (var d = 0u; d < DIM; d++) {
      part = 0.0;
      for (var key = lane; key < count; key += 64) {
        part += exp(score_of(row, key) - maximum) * v[(row / QUERIES * KEYS + key) * DIM + d];
      }
      let total = combine_sum(part, lane);
      if (lane == 0) { out[row * DIM + d] = total / sum; }
    }
  }`;

const inParts = splitKeys(PARTIAL);

/** On large shapes, recomputation and barriers take a software adapter seconds: those split the keys. */
const subgroups: AttentionPlan = (context) => {
  const { heads, queries, dim } = context.shape;
  const isSmall = heads * queries * dim <= 600;
  const plan = isSmall
    ? { passes: [pass(SUBGROUPS, ["q", "k", "v", "out"], heads * queries, context)] }
    : inParts(context);
  return { ...plan, requires: ["subgroups"] };
};

/** Neither stores scores, so both fit the scratch of both tasks. */
export const honest: readonly Variant<AttentionShape, "causal">[] = [
  { name: "keys split into eight parts, joined by their log-sum-exps", ownSkeleton: true, plan: inParts },
  { name: "subgroups for few queries", ownSkeleton: true, plan: subgroups },
];

export const limited: readonly Variant<AttentionShape, "causal">[] = [
  {
    name: "parts' maxima from -100",
    plan: splitKeys(PARTIAL.replace("var maximum = -1e30;", "var maximum = -100.0;")),
  },
];

/** Conditions on a key under which a maximum takes it: some key is missing from it. */
export const partialMaxima = [
  "key % 2 == 0",
  "key % 8 != 5",
  "key % 32 != 17",
  "key % 64 != 41",
  "key % 64 != 63",
  "key < 32",
  "key + 32 >= visible",
  "key != 64",
  "query % 64 != 40 || key == 0",
];
