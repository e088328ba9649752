import type { Plan, PlanContext, PlanFunction } from "../../harness/submission/plan.ts";
import type { AttentionShape } from "../../reference/attention.ts";

export type AttentionPlanner = PlanFunction<AttentionShape, "causal">;
type Context = PlanContext<AttentionShape, "causal">;

const OVERRIDES = `
  override HEADS: u32;
  override QUERIES: u32;
  override KEYS: u32;
  override DIM: u32;
  override CAUSAL: bool;
  fn visible(query: u32) -> u32 { return select(KEYS, query + KEYS - QUERIES + 1, CAUSAL); }`;

function storage(names: readonly string[], element: string): string {
  return names
    .map((name, binding) => {
      const access = ["q", "k", "v"].includes(name) ? "read" : "read_write";
      return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${access === "read" ? element : "f32"}>;`;
    })
    .join("\n");
}

const MAIN_PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,`;

/** As many workgroups as wanted, spread over y where one dimension does not hold them. */
function spread(wanted: number, { device }: Context): [number, number] {
  const across = Math.min(wanted, device.limits.maxComputeWorkgroupsPerDimension!);
  return [across, Math.ceil(wanted / across)];
}

function constantsOf({ shape: { heads, queries, keys, dim }, params }: Context): Record<string, number> {
  return { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal };
}

function onePass(code: string, wanted: number, context: Context, bindings = ["q", "k", "v", "out"]): Plan {
  return { passes: [{ code, constants: constantsOf(context), bindings, workgroups: spread(wanted, context) }] };
}

/** The parts of which a kernel is put together; statements and expressions in WGSL. */
export interface AttentionSteps {
  /** Declares `dot`, the product of `q[at + d]` and `k[key_at(head, key, d)]` over all `d`. */
  readonly dot?: string;
  /** What `a` and `b`, elements of a query and of a key, become before the product. */
  readonly product?: string;
  /** The score that `dot` is turned into. */
  readonly score?: string;
  /** The weight of a key with score `score`. */
  readonly weight?: string;
  /** How many keys a query looks at. */
  readonly count?: string;
  /** Indices of element `d` of a key and of a value. */
  readonly keyAt?: string;
  readonly valueAt?: string;
}

function functionsOf({
  product = "a * b",
  dot = `var dot = 0.0; for (var d = 0u; d < DIM; d++) { let a = q[row * DIM + d]; let b = k[key_at(head, key, d)]; dot += ${product}; }`,
  score = "dot / sqrt(f32(DIM))",
  weight = "exp(score - maximum)",
  keyAt = "(head * KEYS + key) * DIM + d",
  valueAt = "(head * KEYS + key) * DIM + d",
}: AttentionSteps): string {
  return `
  fn key_at(head: u32, key: u32, d: u32) -> u32 { return ${keyAt}; }
  fn value_at(head: u32, key: u32, d: u32) -> u32 { return ${valueAt}; }
  fn score_of(row: u32, key: u32) -> f32 { let head = row / QUERIES; let query = row % QUERIES; ${dot} return ${score}; }
  fn weight_of(score: f32, maximum: f32) -> f32 { return ${weight}; }`;
}

/** The steps of a kernel in which one invocation takes one query, and adds up weighted values in the output itself. */
export interface RowSteps extends AttentionSteps {
  readonly size?: number;
  /** Elements of `q`, `k` and `v` that are read at once: with 4, `dot` must say how. */
  readonly element?: "f32" | "vec4f";
  /** Declares `maximum`. */
  readonly maximum?: string;
  /** Declares `sum`, and adds up the weighted values, from 0 in `out[at + d]`. */
  readonly sums?: string;
  /** What a value, `value`, with the weight `weight` adds to the weighted sum `total`. */
  readonly add?: string;
  /** The key of each step. */
  readonly order?: string;
  /** What is written for the weighted sum `total`. */
  readonly result?: string;
  readonly bindings?: string[];
}

const MAXIMUM = `
  var maximum = score_of(row, 0);
  for (var key = 1u; key < count; key++) { maximum = max(maximum, score_of(row, key)); }`;

/** The maximum and both sums in one loop: every key rescales what there is by `rescale`. */
export function online(rescaleValues = "total * rescale"): Pick<RowSteps, "maximum" | "sums"> {
  return {
    maximum: "",
    sums: `
  var maximum = -1e30;
  var sum = 0.0;
  for (var key = 0u; key < count; key++) {
    let score = score_of(row, key);
    let larger = max(maximum, score);
    let rescale = exp(maximum - larger);
    let weight = exp(score - larger);
    sum = fma(sum, rescale, weight);
    for (var d = 0u; d < DIM; d++) {
      let total = out[at + d];
      out[at + d] = fma(weight, v[value_at(head, key, d)], ${rescaleValues});
    }
    maximum = larger;
  }`,
  };
}

export function invocationPerRow(steps: RowSteps): AttentionPlanner {
  const { size = 64, element = "f32", maximum = MAXIMUM, count = "visible(query)", order = "step" } = steps;
  const { add = "total + weight * value", result = "total / sum", bindings = ["q", "k", "v", "out"] } = steps;
  const sums =
    steps.sums ??
    `var sum = 0.0;
    for (var step = 0u; step < count; step++) {
      let key = ${order};
      let weight = weight_of(score_of(row, key), maximum);
      sum += weight;
      for (var d = 0u; d < DIM; d++) {
        let total = out[at + d];
        let value = v[value_at(head, key, d)]${element === "vec4f" ? "[d % 4]" : ""};
        out[at + d] = ${add};
      }
    }`;
  const code = `${OVERRIDES} ${storage(["q", "k", "v", "out"], element)} ${functionsOf(steps)}
  @compute @workgroup_size(${size})
  fn main(${MAIN_PARAMETERS}) {
    let row = (group.x + group.y * groups.x) * ${size} + lane;
    if (row >= HEADS * QUERIES) { return; }
    let head = row / QUERIES;
    let query = row % QUERIES;
    let at = row * DIM;
    let count = ${count};
    for (var d = 0u; d < DIM; d++) { out[at + d] = 0.0; }
    ${maximum}
    ${sums}
    for (var d = 0u; d < DIM; d++) { let total = out[at + d]; out[at + d] = ${result}; }
  }`;
  return (context) => onePass(code, Math.ceil((context.shape.heads * context.shape.queries) / size), context, bindings);
}

/** How the invocations of a workgroup bring partial results together; declares `combine_max` and `combine_sum`. */
export interface Combination {
  readonly enable: string;
  readonly max: string;
  readonly sum: string;
}

const throughMemory = (both: string): string => `
  partials[lane] = own;
  workgroupBarrier();
  for (var width = 32u; width > 0; width /= 2) {
    if (lane < width) { let a = partials[lane]; let b = partials[lane + width]; partials[lane] = ${both}; }
    workgroupBarrier();
  }
  let result = partials[0];
  workgroupBarrier();
  return result;`;

/** Whatever the size of a subgroup and whichever invocations it holds: one of each brings its result in. */
const acrossSubgroups = (within: string, neutral: string, both: string): string => `
  let whole = ${within}(own);
  partials[lane] = select(${neutral}, whole, subgroupElect());
  workgroupBarrier();
  var result = partials[0];
  for (var other = 1u; other < 64; other++) { let a = result; let b = partials[other]; result = ${both}; }
  workgroupBarrier();
  return result;`;

export const AS_TREE: Combination = { enable: "", max: throughMemory("max(a, b)"), sum: throughMemory("a + b") };
export const ACROSS_SUBGROUPS: Combination = {
  enable: "enable subgroups;",
  max: acrossSubgroups("subgroupMax", "own", "max(a, b)"),
  sum: acrossSubgroups("subgroupAdd", "0.0", "a + b"),
};

/**
 * One workgroup takes one query: its invocations stride through the keys for the maximum and the sum, and then the
 * whole workgroup brings each element of the output together.
 */
export function workgroupPerRow({ enable, max, sum }: Combination): AttentionPlanner {
  const code = `${enable} ${OVERRIDES} ${storage(["q", "k", "v", "out"], "f32")} ${functionsOf({})}
  var<workgroup> partials: array<f32, 64>;
  fn combine_max(own: f32, lane: u32) -> f32 { ${max} }
  fn combine_sum(own: f32, lane: u32) -> f32 { ${sum} }
  @compute @workgroup_size(64)
  fn main(${MAIN_PARAMETERS}) {
    let row = group.x + group.y * groups.x;
    if (row >= HEADS * QUERIES) { return; }
    let head = row / QUERIES;
    let count = visible(row % QUERIES);
    var highest = score_of(row, 0);
    for (var key = lane; key < count; key += 64) { highest = max(highest, score_of(row, key)); }
    let maximum = combine_max(highest, lane);
    var part = 0.0;
    for (var key = lane; key < count; key += 64) { part += weight_of(score_of(row, key), maximum); }
    let sum = combine_sum(part, lane);
    for (var d = 0u; d < DIM; d++) {
      part = 0.0;
      for (var key = lane; key < count; key += 64) {
        part += weight_of(score_of(row, key), maximum) * v[value_at(head, key, d)];
      }
      let total = combine_sum(part, lane);
      if (lane == 0) { out[row * DIM + d] = total / sum; }
    }
  }`;
  // So much recomputing and so many barriers take a software adapter seconds; elsewhere every query gets an invocation.
  const withoutBarriers = invocationPerRow({});
  return (context) => {
    const { heads, queries, dim } = context.shape;
    return heads * queries * dim > 600 ? withoutBarriers(context) : onePass(code, heads * queries, context);
  };
}

const PARTS = 8;

/** Keys split in parts, each with an online softmax of its own and normalised, joined by their log-sum-exps. */
export const splitKeys: AttentionPlanner = (context) => {
  const { heads, queries, dim } = context.shape;
  const rows = heads * queries;
  const pass = (code: string, bindings: string[], wanted: number) => ({
    code: `${OVERRIDES} ${storage(bindings, "f32")} ${code}`,
    constants: constantsOf(context),
    bindings,
    workgroups: spread(Math.ceil(wanted / 64), context),
  });
  const partial = `${functionsOf({})}
  @compute @workgroup_size(64)
  fn main(${MAIN_PARAMETERS}) {
    let index = (group.x + group.y * groups.x) * 64 + lane;
    let row = index / ${PARTS};
    if (row >= HEADS * QUERIES) { return; }
    let head = row / QUERIES;
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
        parts[index * DIM + d] = parts[index * DIM + d] * rescale + weight * v[value_at(head, key, d)];
      }
      maximum = larger;
    }
    for (var d = 0u; d < DIM; d++) { parts[index * DIM + d] /= sum; }
    lse[index] = maximum + log(sum);
  }`;
  const join = `
  @compute @workgroup_size(64)
  fn main(${MAIN_PARAMETERS}) {
    let row = (group.x + group.y * groups.x) * 64 + lane;
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
  return {
    scratch: { parts: 4 * PARTS * rows * dim, lse: 4 * PARTS * rows },
    passes: [pass(partial, ["q", "k", "v", "parts", "lse"], rows * PARTS), pass(join, ["parts", "lse", "out"], rows)],
  };
};

/** The softmax of each key over the queries: a pass for each key's maximum and sum, and one for the outputs. */
export const normalisedOverQueries: AttentionPlanner = (context) => {
  const { heads, queries, keys } = context.shape;
  const body = `${OVERRIDES} ${storage(["q", "k", "v", "out", "maxima", "sums"], "f32")} ${functionsOf({})}
  @compute @workgroup_size(64)
  fn columns(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= HEADS * KEYS) { return; }
    let head = id.x / KEYS;
    let key = id.x % KEYS;
    var maximum = -1e30;
    for (var query = 0u; query < QUERIES; query++) {
      if (key < visible(query)) { maximum = max(maximum, score_of(head * QUERIES + query, key)); }
    }
    var sum = 0.0;
    for (var query = 0u; query < QUERIES; query++) {
      if (key < visible(query)) { sum += exp(score_of(head * QUERIES + query, key) - maximum); }
    }
    maxima[id.x] = maximum;
    sums[id.x] = sum;
  }
  @compute @workgroup_size(64)
  fn rows(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= HEADS * QUERIES) { return; }
    let head = row / QUERIES;
    for (var d = 0u; d < DIM; d++) { out[row * DIM + d] = 0.0; }
    for (var key = 0u; key < visible(row % QUERIES); key++) {
      let column = head * KEYS + key;
      let share = exp(score_of(row, key) - maxima[column]) / sums[column];
      for (var d = 0u; d < DIM; d++) { out[row * DIM + d] += share * v[value_at(head, key, d)]; }
    }
  }`;
  const pass = (entryPoint: string, wanted: number) => ({
    code: body,
    entryPoint,
    constants: constantsOf(context),
    bindings: ["q", "k", "v", "out", "maxima", "sums"],
    workgroups: [Math.ceil(wanted / 64)],
  });
  return {
    scratch: { maxima: 4 * heads * keys, sums: 4 * heads * keys },
    passes: [pass("columns", heads * keys), pass("rows", heads * queries)],
  };
};

const VEC4_DOT = `
  var dots = vec4f();
  for (var d = 0u; d < DIM; d += 4) { dots += q[(row * DIM + d) / 4] * k[key_at(head, key, d) / 4]; }
  let dot = dots.x + dots.y + dots.z + dots.w;`;

const vec4Loads = invocationPerRow({ element: "vec4f", dot: VEC4_DOT, valueAt: "((head * KEYS + key) * DIM + d) / 4" });
const scalarLoads = invocationPerRow({});
const subgroups = workgroupPerRow(ACROSS_SUBGROUPS);

/** Kernels that store no scores, for both tasks. */
export const honest: readonly { readonly name: string; readonly plan: AttentionPlanner }[] = [
  {
    name: "everything in reverse, workgroups of 1",
    plan: invocationPerRow({
      size: 1,
      order: "count - 1 - step",
      dot: "var dot = 0.0; for (var d = DIM; d > 0; d--) { dot += q[row * DIM + d - 1] * k[key_at(head, key, d - 1)]; }",
    }),
  },
  {
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
  {
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
  {
    name: "exp2 of a fused product and difference",
    plan: invocationPerRow({
      score: "dot * inverseSqrt(f32(DIM))",
      weight: "exp2(fma(score, 1.44269504, -(maximum * 1.44269504)))",
    }),
  },
  { name: "online, one key at a time", plan: invocationPerRow(online()) },
  {
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
  {
    name: "hidden keys scored -1e30 instead of skipped",
    plan: invocationPerRow({ count: "KEYS", score: "select(-1e30, dot / sqrt(f32(DIM)), key < visible(query))" }),
  },
  {
    name: "vec4 loads where dim allows it",
    plan: (context) => (context.shape.dim % 4 === 0 ? vec4Loads : scalarLoads)(context),
  },
  { name: "tree of 64 where queries are few", plan: workgroupPerRow(AS_TREE) },
  {
    name: "subgroups where queries are few",
    plan: (context) => ({ ...subgroups(context), requires: ["subgroups"] }),
  },
  { name: "keys split in eight parts", plan: splitKeys },
];

/** Right but for a value rounded to f16 on the way. */
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
    name: "less than for at most",
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
    name: "whole tiles of 16 only",
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
