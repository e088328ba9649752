import { spread } from "../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../harness/task/plan.ts";
import type { WrittenVariants } from "../../harness/task/variant.ts";
import type { AttentionShape } from "../../reference/attention.ts";

const PARTS = 8;

/** In parts, one for each invocation: its keys' softmax, its weighted values, and its log-sum-exp. */
const PARTIAL = `
  override HEADS: u32; override QUERIES: u32; override KEYS: u32; override DIM: u32; override CAUSAL: bool;
  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k: array<f32>;
  @group(0) @binding(2) var<storage, read> v: array<f32>;
  @group(0) @binding(3) var<storage, read_write> parts: array<f32>;
  @group(0) @binding(4) var<storage, read_write> lse: array<f32>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let index = id.x + id.y * groups.x * 64;
    let row = index / ${PARTS};
    if (row >= HEADS * QUERIES) { return; }
    let visible = select(KEYS, row % QUERIES + KEYS - QUERIES + 1, CAUSAL);
    let each = (KEYS + ${PARTS - 1}) / ${PARTS};
    let begin = index % ${PARTS} * each;
    let end = min(begin + each, visible);
    lse[index] = -1e30;
    if (begin >= end) { return; }
    var maximum = -1e30;
    var sum = 0.0;
    for (var key = begin; key < end; key++) {
      let start = (row / QUERIES * KEYS + key) * DIM;
      var dot = 0.0;
      for (var d = 0u; d < DIM; d++) { dot += q[row * DIM + d] * k[start + d]; }
      let score = dot / sqrt(f32(DIM));
      let larger = max(maximum, score);
      let rescale = exp(maximum - larger);
      let weight = exp(score - larger);
      sum = sum * rescale + weight;
      for (var d = 0u; d < DIM; d++) {
        parts[index * DIM + d] = parts[index * DIM + d] * rescale + weight * v[start + d];
      }
      maximum = larger;
    }
    for (var d = 0u; d < DIM; d++) { parts[index * DIM + d] /= sum; }
    lse[index] = maximum + log(sum);
  }`;

const JOIN = `
  override HEADS: u32; override QUERIES: u32; override DIM: u32;
  @group(0) @binding(0) var<storage, read> parts: array<f32>;
  @group(0) @binding(1) var<storage, read> lse: array<f32>;
  @group(0) @binding(2) var<storage, read_write> out: array<f32>;
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

const inParts =
  (partial: string): PlanFunction<AttentionShape, "causal"> =>
  ({ shape: { heads, queries, keys, dim }, params, device }) => {
    const rows = heads * queries;
    const sizes = { HEADS: heads, QUERIES: queries, DIM: dim };
    return {
      scratch: { parts: 4 * PARTS * rows * dim, lse: 4 * PARTS * rows },
      passes: [
        {
          code: partial,
          constants: { ...sizes, KEYS: keys, CAUSAL: params.causal },
          bindings: ["q", "k", "v", "parts", "lse"],
          workgroups: spread(Math.ceil((rows * PARTS) / 64), device),
        },
        {
          code: JOIN,
          constants: sizes,
          bindings: ["parts", "lse", "out"],
          workgroups: spread(Math.ceil(rows / 64), device),
        },
      ],
    };
  };

/** Kernels that store no scores, and so fit the scratch of both tasks. */
export const splitKeys = {
  honest: [
    { name: "keys split into eight parts, joined by their log-sum-exps", ownSkeleton: true, plan: inParts(PARTIAL) },
  ],
  limited: [{ name: "parts' maxima from -100", plan: inParts(PARTIAL.replace("maximum = -1e30", "maximum = -100.0")) }],
} as const satisfies WrittenVariants<AttentionShape, "causal">;

/** Conditions on a key, a query and the number of visible keys: a maximum over the keys that meet one lacks some. */
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
