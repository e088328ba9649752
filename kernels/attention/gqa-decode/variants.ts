import { editedPlan } from "../../../harness/task/edits.ts";
import type { Plan, PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";
import type { GqaDecodeShape } from "../../../reference/gqa-decode.ts";
import { plain } from "./plain.ts";

type Context = PlanContext<GqaDecodeShape, never>;
type GqaDecodePlanFunction = PlanFunction<GqaDecodeShape, never>;

const SHAPE =
  "override BATCH: u32; override Q_HEADS: u32; override KV_HEADS: u32; override CONTEXT: u32; override DIM: u32;";

const INTERFACE = `
  ${SHAPE}
  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k_cache: array<f32>;
  @group(0) @binding(2) var<storage, read> v_cache: array<f32>;
  @group(0) @binding(3) var<storage, read> lengths: array<u32>;
  @group(0) @binding(4) var<storage, read_write> p: array<f32>;
  @group(0) @binding(5) var<storage, read_write> out: array<f32>;`;

function constantsOf({ shape: { batch, q_heads, kv_heads, context, dim } }: Context): Record<string, number> {
  return { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim };
}

/** The given number of workgroups, spread over y if they exceed one dimension. */
function spread(wanted: number, { device }: Context): [number, number] {
  const across = Math.min(wanted, device.limits.maxComputeWorkgroupsPerDimension);
  return [across, Math.ceil(wanted / across)];
}

function onePass(code: string, wanted: number, context: Context): Plan {
  const { batch, q_heads, context: positions } = context.shape;
  const bindings = ["q", "k_cache", "v_cache", "lengths", "p", "out"];
  return {
    passes: [{ code, constants: constantsOf(context), bindings, workgroups: spread(wanted, context) }],
    scratch: { p: 4 * batch * q_heads * positions },
  };
}

/** The steps of a kernel with one invocation per query head of a sequence: WGSL statements and expressions. */
interface RowSteps {
  readonly size?: number;
  readonly kvHead?: string;
  /** Number of positions read. */
  readonly count?: string;
  /** Index of a position's first element in a cache. */
  readonly at?: string;
  /** Declares `dot`, of the query at `query_at` and the key at `start`. */
  readonly dot?: string;
  /** The score, from `dot` at `position`. */
  readonly score?: string;
  /** The weight, from `score` and `maximum`. */
  readonly weight?: string;
  /** Declares `total`, the weighted sum of column `d` of the values. */
  readonly total?: string;
  /** The output, from `total` and `sum`. */
  readonly result?: string;
  /** From the scores in `p` to the output. */
  readonly rest?: string;
  readonly keys?: string;
  readonly values?: string;
}

const DOT = "var dot = 0.0; for (var d = 0u; d < DIM; d++) { dot += q[query_at + d] * keys[start + d]; }";
const SCORE = "dot / sqrt(f32(DIM))";
const WEIGHT = "exp(score - maximum)";
const TOTAL = `
  var total = 0.0;
  for (var position = 0u; position < count; position++) { total += p[at + position] * value(position, d); }`;

function invocationPerRow({
  size = 64,
  kvHead = "head / (Q_HEADS / KV_HEADS)",
  count = "lengths[sequence]",
  at = "((sequence * KV_HEADS + kv_head) * CONTEXT + position) * DIM",
  dot = DOT,
  score = SCORE,
  weight = WEIGHT,
  total = TOTAL,
  result = "total / sum",
  keys = "k_cache",
  values = "v_cache",
  rest = `
    var maximum = p[at];
    for (var position = 0u; position < count; position++) { maximum = max(maximum, p[at + position]); }
    var sum = 0.0;
    for (var position = 0u; position < count; position++) {
      let score = p[at + position];
      p[at + position] = ${weight};
      sum += p[at + position];
    }
    for (var d = 0u; d < DIM; d++) {
      ${total.replaceAll(/value\(position, d\)/g, `${values}[start_of(sequence, kv_head, position) + d]`)}
      out[row * DIM + d] = ${result};
    }`,
}: RowSteps): GqaDecodePlanFunction {
  const code = `${INTERFACE}
  fn start_of(sequence: u32, kv_head: u32, position: u32) -> u32 { return ${at}; }
  @compute @workgroup_size(${size})
  fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let row = (group.x + group.y * groups.x) * ${size} + lane;
    if (row >= BATCH * Q_HEADS) { return; }
    let sequence = row / Q_HEADS;
    let head = row % Q_HEADS;
    let kv_head = ${kvHead};
    let count = ${count};
    let query_at = row * DIM;
    let at = row * CONTEXT;
    for (var position = 0u; position < count; position++) {
      let start = start_of(sequence, kv_head, position);
      ${dot.replaceAll("keys[", `${keys}[`)}
      p[at + position] = ${score};
    }
    ${rest}
  }`;
  return (context) => onePass(code, Math.ceil((context.shape.batch * context.shape.q_heads) / size), context);
}

/** Sums of blocks of 8, then the sum of the blocks. */
const BLOCKED_DOT = `
  var dot = 0.0;
  for (var block = 0u; block < DIM; block += 8) {
    var part = 0.0;
    for (var d = block; d < min(block + 8, DIM); d++) { part += q[query_at + d] * keys[start + d]; }
    dot += part;
  }`;
const BLOCKED_TOTAL = `
  var total = 0.0;
  for (var block = 0u; block < count; block += 8) {
    var part = 0.0;
    for (var position = block; position < min(block + 8, count); position++) {
      part += p[at + position] * value(position, d);
    }
    total += part;
  }`;

/** Maximum, sum and weighted values in one loop: every position rescales the sums so far (of values, in \`out\`). */
const ONLINE = `
  var maximum = p[at];
  var sum = 0.0;
  for (var d = 0u; d < DIM; d++) { out[query_at + d] = 0.0; }
  for (var position = 0u; position < count; position++) {
    let higher = max(maximum, p[at + position]);
    let rescale = exp(maximum - higher);
    let weight = exp(p[at + position] - higher);
    let start = start_of(sequence, kv_head, position);
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
        part += exp(p[at + position] - maximum) / sum * v_cache[start_of(sequence, kv_head, position) + d];
      }
      if (first == 0) { out[query_at + d] = part; } else { out[query_at + d] = out[query_at + d] * keep + part * exp(own - joined); }
    }
    all = joined;
  }`;

/** How the lanes of a workgroup combine their values; declares `combine_max` and `combine_sum`. */
type Combination = (size: number) => string;

const asTree: Combination = (size) => {
  const combine = (name: string, both: string) => `
  fn ${name}(own: f32, lane: u32) -> f32 {
    lanes[lane] = own;
    workgroupBarrier();
    for (var width = ${size}u / 2; width > 0; width /= 2) {
      if (lane < width) { let a = lanes[lane]; let b = lanes[lane + width]; lanes[lane] = ${both}; }
      workgroupBarrier();
    }
    return workgroupUniformLoad(&lanes[0]);
  }`;
  return `var<workgroup> lanes: array<f32, ${size}>;
  ${combine("combine_max", "max(a, b)")} ${combine("combine_sum", "a + b")}`;
};

/** For any subgroup size and membership: one lane of each subgroup contributes its result. */
const acrossSubgroups: Combination = (size) => {
  const combine = (name: string, within: string, neutral: string, both: string) => `
  fn ${name}(own: f32, lane: u32) -> f32 {
    let whole = ${within}(own);
    lanes[lane] = select(${neutral}, whole, subgroupElect());
    workgroupBarrier();
    var result = lanes[0];
    for (var other = 1u; other < ${size}; other++) { let a = result; let b = lanes[other]; result = ${both}; }
    workgroupBarrier();
    return result;
  }`;
  return `var<workgroup> lanes: array<f32, ${size}>;
  ${combine("combine_max", "subgroupMax", "own", "max(a, b)")} ${combine("combine_sum", "subgroupAdd", "0.0", "a + b")}`;
};

/** One workgroup per row: its lanes stride through the positions, then through the columns of the values. */
function workgroupPerRow(size: number, combination: Combination, enable = ""): GqaDecodePlanFunction {
  const code = `${enable}
  ${INTERFACE}
  ${combination(size)}
  @compute @workgroup_size(${size})
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
    for (var position = lane; position < count; position += ${size}) {
      var dot = 0.0;
      for (var d = 0u; d < DIM; d++) { dot += q[row * DIM + d] * inverseSqrt(f32(DIM)) * k_cache[cache + position * DIM + d]; }
      p[at + position] = dot;
      highest = max(highest, dot);
    }
    let maximum = combine_max(highest, lane);
    var part = 0.0;
    for (var position = lane; position < count; position += ${size}) {
      p[at + position] = exp(p[at + position] - maximum);
      part += p[at + position];
    }
    let sum = combine_sum(part, lane);
    storageBarrier();
    for (var d = lane; d < DIM; d += ${size}) {
      var total = 0.0;
      for (var position = 0u; position < count; position++) { total += p[at + position] * v_cache[cache + position * DIM + d]; }
      out[row * DIM + d] = total / sum;
    }
  }`;
  return (context) => onePass(code, context.shape.batch * context.shape.q_heads, context);
}

const ordinary = invocationPerRow({});
/** One workgroup per row would spend most of its time in barriers on thousands of rows of three positions. */
const whereCachesAreLong =
  (planner: GqaDecodePlanFunction): GqaDecodePlanFunction =>
  (context) =>
    (context.shape.context < 8 ? ordinary : planner)(context);

/** Reads keys four elements at a time if their number allows it. */
const vec4 = (() => {
  const code = `${INTERFACE.replaceAll("array<f32>", "array<vec4f>").replace("p: array<vec4f>", "p: array<f32>")}
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= BATCH * Q_HEADS) { return; }
    let steps = DIM / 4;
    let count = lengths[row / Q_HEADS];
    let cache = row / (Q_HEADS / KV_HEADS) * CONTEXT * steps;
    var maximum = -1e30;
    for (var position = 0u; position < count; position++) {
      var products = vec4f();
      for (var d = 0u; d < steps; d++) { products += q[row * steps + d] * k_cache[cache + position * steps + d]; }
      let score = dot(products, vec4f(inverseSqrt(f32(DIM))));
      p[row * CONTEXT + position] = score;
      maximum = max(maximum, score);
    }
    for (var d = 0u; d < steps; d++) {
      var total = vec4f();
      var sum = 0.0;
      for (var position = 0u; position < count; position++) {
        let weight = exp(p[row * CONTEXT + position] - maximum);
        sum += weight;
        total += weight * v_cache[cache + position * steps + d];
      }
      out[row * steps + d] = total / sum;
    }
  }`;
  const planner: GqaDecodePlanFunction = (context) =>
    onePass(code, Math.ceil((context.shape.batch * context.shape.q_heads) / 64), context);
  return planner;
})();

/** The plain kernel's maximum, and a tree that loses a position whenever their number is odd. */
const FIRST = "var maximum = p[start];";
const RAISE = "maximum = max(maximum, p[at]);";
const ODD_TREE = `
  var maximum = p[start];
  for (var span = (end - start) / 2u; span > 0u; span /= 2u) {
    for (var at = start; at < start + span; at++) { maximum = max(maximum, max(p[at], p[at + span])); }
  }`;

export const variants: Variants<GqaDecodeShape, never> = {
  honest: [
    {
      name: "sums in reverse, workgroups of 1",
      plan: invocationPerRow({
        size: 1,
        dot: "var dot = 0.0; for (var d = DIM; d > 0; d--) { dot += q[query_at + d - 1] * keys[start + d - 1]; }",
        total: TOTAL.replace(
          "position = 0u; position < count; position++",
          "position = count - 1; position < count; position--",
        ),
      }),
    },
    {
      name: "sums of sums of blocks, workgroups of 256",
      plan: invocationPerRow({ size: 256, dot: BLOCKED_DOT, total: BLOCKED_TOTAL }),
    },
    {
      name: "fused sums, exp2, product with the reciprocal",
      plan: invocationPerRow({
        dot: "var dot = 0.0; for (var d = 0u; d < DIM; d++) { dot = fma(q[query_at + d], keys[start + d], dot); }",
        score: "dot * (1.44269504 / sqrt(f32(DIM)))",
        weight: "exp2(score - maximum)",
        result: "total * (1.0 / sum)",
      }),
    },
    {
      name: "query and key each scaled by a fourth root",
      plan: invocationPerRow({
        dot: `let root = 1.0 / sqrt(sqrt(f32(DIM)));
          ${DOT.replace("q[query_at + d] * keys[start + d]", "(q[query_at + d] * root) * (keys[start + d] * root)")}`,
        score: "dot",
      }),
    },
    { name: "online, one position at a time", ownSkeleton: true, plan: invocationPerRow({ rest: ONLINE }) },
    { name: "parts joined by their log-sum-exp", plan: invocationPerRow({ rest: PARTS_BY_LOG_SUM_EXP }) },
    {
      name: "the whole cache is read, and masked",
      plan: invocationPerRow({ count: "CONTEXT", score: `select(-1e30, ${SCORE}, position < lengths[sequence])` }),
    },
    {
      name: "vec4 loads if keys allow it",
      ownSkeleton: true,
      plan: (context) => (context.shape.dim % 4 === 0 ? vec4 : ordinary)(context),
    },
    { name: "tree of 256", plan: whereCachesAreLong(workgroupPerRow(256, asTree)) },
    {
      name: "subgroups",
      ownSkeleton: true,
      plan: (context) => ({
        ...whereCachesAreLong(workgroupPerRow(64, acrossSubgroups, "enable subgroups;"))(context),
        requires: ["subgroups"],
      }),
    },
  ],
  imprecise: [
    {
      name: "queries and keys rounded to f16",
      plan: invocationPerRow({
        dot: DOT.replace(
          "q[query_at + d] * keys[start + d]",
          "quantizeToF16(q[query_at + d]) * quantizeToF16(keys[start + d])",
        ),
      }),
    },
    { name: "scores rounded to f16", plan: invocationPerRow({ score: `quantizeToF16(${SCORE})` }) },
    { name: "weights rounded to f16", plan: invocationPerRow({ weight: `quantizeToF16(${WEIGHT})` }) },
    {
      name: "values rounded to f16",
      plan: invocationPerRow({ total: TOTAL.replace("value(position, d)", "quantizeToF16(value(position, d))") }),
    },
    { name: "result rounded to f16", plan: invocationPerRow({ result: "quantizeToF16(total / sum)" }) },
  ],
  wrong: [
    { name: "h % kv_heads", mistake: "interleaved-heads", plan: invocationPerRow({ kvHead: "head % KV_HEADS" }) },
    { name: "one key/value head", mistake: "first-kv-head-only", plan: invocationPerRow({ kvHead: "0u" }) },
    {
      name: "one sequence's cache",
      mistake: "first-sequence-only",
      plan: invocationPerRow({ at: "(kv_head * CONTEXT + position) * DIM" }),
    },
    {
      name: "caches with positions outside",
      mistake: "positions-before-heads",
      plan: invocationPerRow({ at: "((sequence * CONTEXT + position) * KV_HEADS + kv_head) * DIM" }),
    },
    { name: "whole context", mistake: "lengths-ignored", plan: invocationPerRow({ count: "CONTEXT" }) },
    { name: "length - 1", mistake: "one-position-too-few", plan: invocationPerRow({ count: "lengths[sequence] - 1" }) },
    {
      name: "length + 1",
      mistake: "one-position-too-many",
      plan: invocationPerRow({ count: "min(lengths[sequence] + 1, CONTEXT)" }),
    },
    { name: "lengths[0]", mistake: "first-length-for-all", plan: invocationPerRow({ count: "lengths[0]" }) },
    {
      name: "lengths[b + 1]",
      mistake: "next-length",
      plan: invocationPerRow({ count: "lengths[min(sequence + 1, BATCH - 1)]" }),
    },
    { name: "no scale", mistake: "not-scaled", plan: invocationPerRow({ score: "dot" }) },
    { name: "scaled by dim", mistake: "scaled-by-dim", plan: invocationPerRow({ score: "dot / f32(DIM)" }) },
    { name: "without the maximum", mistake: "no-max-subtraction", plan: invocationPerRow({ weight: "exp(score)" }) },
    { name: "no division", mistake: "not-normalised", plan: invocationPerRow({ result: "total" }) },
    { name: "exp2 for exp", mistake: "base-two", plan: invocationPerRow({ weight: "exp2(score - maximum)" }) },
    {
      name: "k for v and v for k",
      mistake: "keys-and-values-swapped",
      plan: invocationPerRow({ keys: "v_cache", values: "k_cache" }),
    },
    {
      name: "full tiles of 16 only",
      mistake: "ragged-tile-left-out-16",
      plan: invocationPerRow({ count: "lengths[sequence] / 16 * 16" }),
    },
    {
      name: "one tile of 64",
      mistake: "first-tile-only-64",
      plan: invocationPerRow({ count: "min(lengths[sequence], 64)" }),
    },
  ],
  limited: [
    ...["-60.0", "-100.0", "-200.0", "0.0"].map((start) => ({
      name: `maximum from ${start}`,
      plan: editedPlan(plain, [FIRST, `var maximum = ${start};`]),
    })),
    ...["% 2 == 0", "% 2 == 1", "% 8 != 5", "% 16 != 9", "% 32 != 17", "% 64 != 41", "< 32"].map((place) => ({
      name: `maximum if position ${place}`,
      plan: editedPlan(plain, [RAISE, `if ((at - start) ${place}) { ${RAISE} }`]),
    })),
    { name: "maximum by a tree that halves odd counts", plan: editedPlan(plain, [FIRST, ODD_TREE], [RAISE, ""]) },
    {
      name: "scores of at most 250",
      plan: editedPlan(plain, ["p[index] = dot / sqrt(f32(DIM));", "p[index] = min(dot / sqrt(f32(DIM)), 250.0);"]),
    },
    {
      name: "values up to 50,000",
      plan: editedPlan(plain, [
        "* v_cache[start + position * DIM + d]",
        "* min(v_cache[start + position * DIM + d], 5e4)",
      ]),
    },
    {
      name: "full caches cut",
      plan: editedPlan(plain, [
        "return lengths[row / Q_HEADS];",
        "let own = lengths[row / Q_HEADS]; return select(own, own - 1u, own == CONTEXT && own > 4u);",
      ]),
    },
    {
      name: "full eighths of long caches only",
      plan: editedPlan(plain, [
        "return lengths[row / Q_HEADS];",
        "let own = lengths[row / Q_HEADS]; return select(own, own / 8u * 8u, own > 64u);",
      ]),
    },
  ],
};
