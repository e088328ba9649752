import type { PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { acrossSubgroups } from "../../softmax/combination.ts";
import { limitedMaxima } from "../maximum-variants.ts";
import type { GqaDecodeShape } from "./plain.ts";

type Context = PlanContext<GqaDecodeShape, never>;
type GqaDecode = PlanFunction<GqaDecodeShape, never>;

const INTERFACE = `
  override BATCH: u32; override Q_HEADS: u32; override KV_HEADS: u32; override CONTEXT: u32; override DIM: u32;
  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k_cache: array<f32>;
  @group(0) @binding(2) var<storage, read> v_cache: array<f32>;
  @group(0) @binding(3) var<storage, read> lengths: array<u32>;
  @group(0) @binding(4) var<storage, read_write> p: array<f32>;
  @group(0) @binding(5) var<storage, read_write> out: array<f32>;`;

/** A kernel whose `main` takes one row per workgroup, or per lane. */
function onePass(code: string, workgroups: number, { shape, device }: Context) {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const across = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim },
        bindings: ["q", "k_cache", "v_cache", "lengths", "p", "out"],
        workgroups: [across, Math.ceil(workgroups / across)],
      },
    ],
    scratch: { p: 4 * batch * q_heads * context },
  };
}

/** One invocation per row: scores in `p`, and then `rest`, from the scores to the output. */
function invocationPerRow(rest: string): GqaDecode {
  const code = `${INTERFACE}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let row = id.x + id.y * groups.x * 64;
    if (row >= BATCH * Q_HEADS) { return; }
    let count = lengths[row / Q_HEADS];
    let cache = row / (Q_HEADS / KV_HEADS) * CONTEXT * DIM;
    let query_at = row * DIM;
    let at = row * CONTEXT;
    for (var position = 0u; position < count; position++) {
      var dot = 0.0;
      for (var d = 0u; d < DIM; d++) { dot += q[query_at + d] * k_cache[cache + position * DIM + d]; }
      p[at + position] = dot / sqrt(f32(DIM));
    }
    ${rest}
  }`;
  return (context) => onePass(code, Math.ceil((context.shape.batch * context.shape.q_heads) / 64), context);
}

/** Maximum, sum and weighted values in one loop: every position rescales the sums so far (of values, in `out`). */
const ONLINE = `
  var maximum = p[at];
  var sum = 0.0;
  for (var d = 0u; d < DIM; d++) { out[query_at + d] = 0.0; }
  for (var position = 0u; position < count; position++) {
    let higher = max(maximum, p[at + position]);
    let rescale = exp(maximum - higher);
    let weight = exp(p[at + position] - higher);
    let start = cache + position * DIM;
    sum = sum * rescale + weight;
    for (var d = 0u; d < DIM; d++) { out[query_at + d] = fma(out[query_at + d], rescale, weight * v_cache[start + d]); }
    maximum = higher;
  }
  for (var d = 0u; d < DIM; d++) { out[query_at + d] /= sum; }`;

/** Parts of 5 positions, each normalised on its own and joined by exp(log-sum-exp of the part - of all so far). */
const PARTS_BY_LOG_SUM_EXP = `
  var all = 0.0;
  for (var first = 0u; first < count; first += 5) {
    let end = min(first + 5, count);
    var maximum = p[at + first];
    for (var position = first; position < end; position++) { maximum = max(maximum, p[at + position]); }
    var sum = 0.0;
    for (var position = first; position < end; position++) { sum += exp(p[at + position] - maximum); }
    let own = maximum + log(sum);
    let higher = max(all, own);
    let joined = select(higher + log(exp(all - higher) + exp(own - higher)), own, first == 0);
    let keep = select(exp(all - joined), 0.0, first == 0);
    for (var d = 0u; d < DIM; d++) {
      var part = 0.0;
      for (var position = first; position < end; position++) {
        part += exp(p[at + position] - maximum) / sum * v_cache[cache + position * DIM + d];
      }
      if (first == 0) { out[query_at + d] = part; } else { out[query_at + d] = out[query_at + d] * keep + part * exp(own - joined); }
    }
    all = joined;
  }`;

/** One workgroup per row: its lanes stride through the positions, then through the columns of the values. */
const SUBGROUPS = `enable subgroups;
  ${INTERFACE}
  ${acrossSubgroups(64)}
  @compute @workgroup_size(64)
  fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let row = group.x + group.y * groups.x;
    if (row >= BATCH * Q_HEADS) { return; }
    let count = lengths[row / Q_HEADS];
    let cache = row / (Q_HEADS / KV_HEADS) * CONTEXT * DIM;
    let at = row * CONTEXT;
    var highest = -1e30;
    for (var position = lane; position < count; position += 64) {
      var dot = 0.0;
      for (var d = 0u; d < DIM; d++) { dot += q[row * DIM + d] * inverseSqrt(f32(DIM)) * k_cache[cache + position * DIM + d]; }
      p[at + position] = dot;
      highest = max(highest, dot);
    }
    let maximum = combine_max(highest, lane);
    var part = 0.0;
    for (var position = lane; position < count; position += 64) {
      p[at + position] = exp(p[at + position] - maximum);
      part += p[at + position];
    }
    let sum = combine_sum(part, lane);
    storageBarrier();
    for (var d = lane; d < DIM; d += 64) {
      var total = 0.0;
      for (var position = 0u; position < count; position++) { total += p[at + position] * v_cache[cache + position * DIM + d]; }
      out[row * DIM + d] = total / sum;
    }
  }`;

const online = invocationPerRow(ONLINE);

/** Short caches go to `online`: thousands of workgroups with barriers take a software adapter seconds. */
const subgroups: GqaDecode = (context) => {
  const { batch, q_heads, context: positions } = context.shape;
  const plan = positions < 8 ? online(context) : onePass(SUBGROUPS, batch * q_heads, context);
  return { ...plan, requires: ["subgroups"] };
};

const SCORE = "dot / sqrt(f32(DIM))";
const LENGTH = "return lengths[row / Q_HEADS];";

export const variants: WrittenVariants<GqaDecodeShape, never> = {
  honest: [
    { name: "online, one position at a time", ownSkeleton: true, plan: online },
    { name: "parts joined by their log-sum-exp", plan: invocationPerRow(PARTS_BY_LOG_SUM_EXP) },
    { name: "subgroups", ownSkeleton: true, plan: subgroups },
    {
      name: "query and key each scaled by a fourth root",
      edits: [
        ["q[row * DIM + d] * k_cache[start + d]", "(q[row * DIM + d] * root) * (k_cache[start + d] * root)"],
        ["var dot = 0.0;", "var dot = 0.0;\n  let root = 1.0 / sqrt(sqrt(f32(DIM)));"],
        [SCORE, "dot"],
      ],
    },
    {
      name: "through the logarithm of the sum",
      edits: [
        ["p[at] = exp(p[at] - maximum);\n    sum += p[at];", "sum += exp(p[at] - maximum);"],
        ["p[at] /= sum;", "p[at] = exp(p[at] - (maximum + log(sum)));"],
      ],
    },
    {
      name: "the whole cache is read, and masked",
      edits: [
        [LENGTH, "return CONTEXT;"],
        [SCORE, `select(-1e30, ${SCORE}, position < lengths[row / Q_HEADS])`],
      ],
    },
  ],
  limited: [
    ...limitedMaxima,
    { name: "scores of at most 250", edits: [[SCORE, `min(${SCORE}, 250.0)`]] },
    {
      name: "values up to 50,000",
      edits: [["* v_cache[start + position * DIM + d]", "* min(v_cache[start + position * DIM + d], 5e4)"]],
    },
    {
      name: "full caches cut",
      edits: [[LENGTH, "let own = lengths[row / Q_HEADS]; return select(own, own - 1u, own == CONTEXT && own > 4u);"]],
    },
    {
      name: "full eighths of long caches only",
      edits: [[LENGTH, "let own = lengths[row / Q_HEADS]; return select(own, own / 8u * 8u, own > 64u);"]],
    },
  ],
};
