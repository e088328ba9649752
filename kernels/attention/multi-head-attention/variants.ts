import { editedPlan } from "../../../harness/task/edits.ts";
import type { Pass, Plan, PlanContext, PlanFunction } from "../../../harness/task/plan.ts";
import type { Variants } from "../../../harness/task/variant.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import { plain } from "./plain.ts";

type Context = PlanContext<MultiHeadShape, "causal">;
type MultiHeadPlanFunction = PlanFunction<MultiHeadShape, "causal">;

const SHAPE =
  "override TOKENS: u32; override MODEL: u32; override HEADS: u32; override CAUSAL: bool; override DIM: u32;";

/** Index of an invocation; workgroups of `size` fill x first, then y. */
const PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,`;

/** WGSL statements and expressions for one element of a projection, and for one token of one head. */
interface Steps {
  readonly size?: number;
  /** Initial value of a projection's sum. */
  readonly bias?: string;
  /** The term of input `i` in the sum. */
  readonly term?: string;
  /** Declares `sum`. */
  readonly projection?: string;
  /** The output, from `sum`. */
  readonly projected?: string;
  /** Index of element `d` of a head of a token in q, k and v. */
  readonly at?: string;
  /** The same in the heads' results. */
  readonly resultAt?: string;
  readonly scale?: string;
  /** Declares `dot`, of the token's query and the key of the token `key`. */
  readonly dot?: string;
  /** The visible tokens: from the first number up to, excluding, the second. */
  readonly first?: string;
  readonly end?: string;
  readonly weight?: string;
  readonly total?: string;
  readonly result?: string;
  /** From the scores in `p` to the result. */
  readonly rest?: string;
}

const TERM = "weights[o * MODEL + i] * x[token * MODEL + i]";
const PROJECTION = "var sum = start; for (var i = 0u; i < MODEL; i++) { sum += term(token, o, i); }";
const DOT = "var dot = 0.0; for (var d = 0u; d < DIM; d++) { dot += q[at(token, head, d)] * k[at(key, head, d)]; }";
const END = "select(TOKENS, token + 1, CAUSAL)";
const WEIGHT = "exp(score - maximum)";
const TOTAL =
  "var total = 0.0; for (var key = first; key < end; key++) { total += p[row + key] * v[at(key, head, d)]; }";

function projectionCode({
  size = 64,
  bias = "bias[o]",
  term = TERM,
  projection = PROJECTION,
  projected = "sum",
}: Steps) {
  return `${SHAPE}
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read> weights: array<f32>;
  @group(0) @binding(2) var<storage, read> bias: array<f32>;
  @group(0) @binding(3) var<storage, read_write> y: array<f32>;
  fn term(token: u32, o: u32, i: u32) -> f32 { return ${term}; }
  @compute @workgroup_size(${size})
  fn main(${PARAMETERS}) {
    let index = (group.x + group.y * groups.x) * ${size} + lane;
    let token = index / MODEL;
    let o = index % MODEL;
    if (token >= TOKENS) { return; }
    let start = ${bias};
    ${projection}
    y[index] = ${projected};
  }`;
}

const ATTENTION_INTERFACE = `${SHAPE}
  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k: array<f32>;
  @group(0) @binding(2) var<storage, read> v: array<f32>;
  @group(0) @binding(3) var<storage, read_write> p: array<f32>;
  @group(0) @binding(4) var<storage, read_write> attended: array<f32>;`;

function attentionCode({
  size = 64,
  at = "token * MODEL + head * DIM + d",
  resultAt = "at(token, head, d)",
  scale = "dot / sqrt(f32(DIM))",
  dot = DOT,
  first = "0u",
  end = END,
  weight = WEIGHT,
  total = TOTAL,
  result = "total / sum",
  rest = `
    var maximum = p[row + first];
    for (var key = first; key < end; key++) { maximum = max(maximum, p[row + key]); }
    var sum = 0.0;
    for (var key = first; key < end; key++) {
      let score = p[row + key];
      p[row + key] = ${weight};
      sum += p[row + key];
    }
    for (var d = 0u; d < DIM; d++) {
      ${total}
      attended[${resultAt}] = ${result};
    }`,
}: Steps) {
  return `${ATTENTION_INTERFACE}
  fn at(token: u32, head: u32, d: u32) -> u32 { return ${at}; }
  @compute @workgroup_size(${size})
  fn main(${PARAMETERS}) {
    let index = (group.x + group.y * groups.x) * ${size} + lane;
    let token = index / HEADS;
    let head = index % HEADS;
    if (token >= TOKENS) { return; }
    let row = index * TOKENS;
    let first = ${first};
    let end = ${end};
    for (var key = first; key < end; key++) {
      ${dot}
      p[row + key] = ${scale};
    }
    ${rest}
  }`;
}

interface Arrangement {
  readonly heads?: (heads: number) => number;
  /** Bindings of the query's and of the key's projection. */
  readonly queries?: "q" | "k";
  /** Code of the output projection, if it differs. */
  readonly output?: string;
  /** Replaces the code, its number of workgroups, and the projections' workgroup size. */
  readonly attention?: { readonly code: string; readonly workgroups: (context: Context) => number };
  readonly requires?: readonly string[];
}

/** Five passes: three projections, attention with one invocation per token of each head, the output projection. */
function fivePasses(steps: Steps = {}, arrangement: Arrangement = {}): MultiHeadPlanFunction {
  const { size = 64 } = steps;
  const { heads: headsOf = (heads) => heads, queries = "q", output, attention, requires = [] } = arrangement;
  const projection = projectionCode(steps);
  const attending = attention?.code ?? attentionCode(steps);
  return (context): Plan => {
    const { tokens, model, heads: given } = context.shape;
    const heads = headsOf(given);
    const constants = { TOKENS: tokens, MODEL: model, HEADS: heads, DIM: model / heads, CAUSAL: context.params.causal };
    const workgroups = (wanted: number) => {
      const across = Math.min(wanted, context.device.limits.maxComputeWorkgroupsPerDimension);
      return [across, Math.ceil(wanted / across)];
    };
    const project = (x: string, layer: string, y: string, code = projection): Pass => ({
      code,
      constants,
      bindings: [x, `w${layer}`, `b${layer}`, y],
      workgroups: workgroups(Math.ceil((tokens * model) / size)),
    });
    const bytes = 4 * tokens * model;
    return {
      passes: [
        project("x", "q", "q"),
        project("x", "k", "k"),
        project("x", "v", "v"),
        {
          code: attending,
          constants,
          bindings: [queries, queries === "q" ? "k" : "q", "v", "p", "attended"],
          workgroups: workgroups(attention?.workgroups(context) ?? Math.ceil((tokens * heads) / size)),
        },
        project("attended", "o", "out", output),
      ],
      scratch: { q: bytes, k: bytes, v: bytes, attended: bytes, p: 4 * heads * tokens * tokens },
      requires,
    };
  };
}

/** Sums of blocks of 8, then the sum of the blocks. */
const BLOCKED: Steps = {
  projection: `
    var sum = start;
    for (var block = 0u; block < MODEL; block += 8) {
      var part = 0.0;
      for (var i = block; i < min(block + 8, MODEL); i++) { part += term(token, o, i); }
      sum += part;
    }`,
  total: `
    var total = 0.0;
    for (var block = 0u; block < end; block += 8) {
      var part = 0.0;
      for (var key = block; key < min(block + 8, end); key++) { part += p[row + key] * v[at(key, head, d)]; }
      total += part;
    }`,
};

/** Maximum, sum and weighted values in one loop: every key rescales the sums so far (of values, in \`attended\`). */
const ONLINE = `
  var maximum = p[row];
  var sum = 0.0;
  for (var d = 0u; d < DIM; d++) { attended[at(token, head, d)] = 0.0; }
  for (var key = 0u; key < end; key++) {
    let higher = max(maximum, p[row + key]);
    let rescale = exp(maximum - higher);
    let weight = exp(p[row + key] - higher);
    sum = fma(sum, rescale, weight);
    for (var d = 0u; d < DIM; d++) {
      let i = at(token, head, d);
      attended[i] = attended[i] * rescale + weight * v[at(key, head, d)];
    }
    maximum = higher;
  }
  for (var d = 0u; d < DIM; d++) { attended[at(token, head, d)] /= sum; }`;

/** Keeps the scores, and subtracts the sum's logarithm together with the maximum. */
const THROUGH_LOG_SUM_EXP = `
  var maximum = p[row];
  for (var key = 0u; key < end; key++) { maximum = max(maximum, p[row + key]); }
  var sum = 0.0;
  for (var key = 0u; key < end; key++) { sum += exp(p[row + key] - maximum); }
  let log_sum_exp = maximum + log(sum);
  for (var d = 0u; d < DIM; d++) {
    ${TOTAL.replace("p[row + key]", "exp(p[row + key] - log_sum_exp)")}
    attended[at(token, head, d)] = total;
  }`;

/** A workgroup of 32 takes one token of one head, and its subgroups combine the maximum and the sum. */
const SUBGROUPS = `enable subgroups;
  ${ATTENTION_INTERFACE}
  var<workgroup> lanes: array<f32, 32>;
  @compute @workgroup_size(32)
  fn main(${PARAMETERS}) {
    let index = group.x + group.y * groups.x;
    let token = index / HEADS;
    if (token >= TOKENS) { return; }
    let head_at = index % HEADS * DIM;
    let end = ${END};
    var highest = -1e30;
    for (var key = lane; key < end; key += 32) {
      var dot = 0.0;
      for (var d = 0u; d < DIM; d++) { dot += q[token * MODEL + head_at + d] * k[key * MODEL + head_at + d]; }
      p[index * TOKENS + key] = dot * inverseSqrt(f32(DIM));
      highest = max(highest, p[index * TOKENS + key]);
    }
    // For any subgroup size and membership: each subgroup contributes its maximum.
    lanes[lane] = subgroupMax(highest);
    workgroupBarrier();
    var maximum = lanes[0];
    for (var other = 1u; other < 32; other++) { maximum = max(maximum, lanes[other]); }
    workgroupBarrier();
    var part = 0.0;
    for (var key = lane; key < end; key += 32) {
      p[index * TOKENS + key] = exp(p[index * TOKENS + key] - maximum);
      part += p[index * TOKENS + key];
    }
    let own = subgroupAdd(part);
    lanes[lane] = select(0.0, own, subgroupElect());
    workgroupBarrier();
    storageBarrier();
    var sum = 0.0;
    for (var other = 0u; other < 32; other++) { sum += lanes[other]; }
    for (var d = lane; d < DIM; d += 32) {
      var total = 0.0;
      for (var key = 0u; key < end; key++) { total += p[index * TOKENS + key] * v[key * MODEL + head_at + d]; }
      attended[token * MODEL + head_at + d] = total / sum;
    }
  }`;

/** Reads x and the weights four elements at a time if their number allows it. */
const VEC4_PROJECTION = projectionCode({
  term: "dot(weights[o * MODEL / 4 + i], x[token * MODEL / 4 + i])",
  projection: PROJECTION.replace("i < MODEL", "i < MODEL / 4"),
})
  .replace("x: array<f32>", "x: array<vec4f>")
  .replace("weights: array<f32>", "weights: array<vec4f>");

const ordinary = fivePasses();
const subgroups = fivePasses(
  {},
  { attention: { code: SUBGROUPS, workgroups: ({ shape }) => shape.tokens * shape.heads }, requires: ["subgroups"] },
);
const vec4: MultiHeadPlanFunction = (context) => {
  const plan = ordinary(context);
  const isProjection = ({ bindings }: Pass) => bindings.length === 4;
  return {
    ...plan,
    passes: plan.passes.map((pass) => (isProjection(pass) ? { ...pass, code: VEC4_PROJECTION } : pass)),
  };
};

/** The plain kernel's maximum, and a tree that loses a position whenever their number is odd. */
const FIRST = "var maximum = p[start];";
const RAISE = "maximum = max(maximum, p[at]);";
const ODD_TREE = `
  var maximum = p[start];
  for (var span = (end - start) / 2u; span > 0u; span /= 2u) {
    for (var at = start; at < start + span; at++) { maximum = max(maximum, max(p[at], p[at + span])); }
  }`;

export const variants: Variants<MultiHeadShape, "causal"> = {
  honest: [
    {
      name: "sums in reverse, bias last, workgroups of 1",
      plan: fivePasses({
        size: 1,
        bias: "0.0",
        projection: "var sum = start; for (var i = MODEL; i > 0; i--) { sum += term(token, o, i - 1); }",
        projected: "sum + bias[o]",
        total: TOTAL.replace("key = first; key < end; key++", "key = end - 1; key < end; key--"),
      }),
    },
    { name: "sums of sums of blocks, workgroups of 256", plan: fivePasses({ size: 256, ...BLOCKED }) },
    {
      name: "fused sums, exp2, product with the reciprocal",
      plan: fivePasses({
        projection: PROJECTION.replace(
          "sum += term(token, o, i)",
          "sum = fma(weights[o * MODEL + i], x[token * MODEL + i], sum)",
        ),
        scale: "dot * (1.44269504 * inverseSqrt(f32(DIM)))",
        weight: "exp2(score - maximum)",
        result: "total * (1.0 / sum)",
      }),
    },
    { name: "online, one key at a time", ownSkeleton: true, plan: fivePasses({ rest: ONLINE }) },
    {
      name: "through the logarithm of the sum",
      plan: fivePasses({ rest: THROUGH_LOG_SUM_EXP }),
    },
    {
      name: "all tokens read, hidden ones masked by -1e30",
      plan: fivePasses({ end: "TOKENS", scale: `select(-1e30, dot / sqrt(f32(DIM)), key < ${END})` }),
    },
    {
      name: "query scaled before the products",
      plan: fivePasses({
        dot: DOT.replace("q[at(token, head, d)] *", "(q[at(token, head, d)] * inverseSqrt(f32(DIM))) *"),
        scale: "dot",
      }),
    },
    {
      name: "vec4 loads if rows allow it",
      plan: (context) => (context.shape.model % 4 === 0 ? vec4 : ordinary)(context),
    },
    // One workgroup per row would spend most of its time in barriers on thousands of short rows.
    {
      name: "subgroups",
      ownSkeleton: true,
      plan: (context) => (context.shape.tokens > 200 ? ordinary : subgroups)(context),
    },
  ],
  imprecise: [
    {
      name: "inputs and weights of projections rounded to f16",
      plan: fivePasses({
        term: "quantizeToF16(weights[o * MODEL + i]) * quantizeToF16(x[token * MODEL + i])",
      }),
    },
    { name: "projections rounded to f16", plan: fivePasses({ projected: "quantizeToF16(sum)" }) },
    { name: "weights of tokens rounded to f16", plan: fivePasses({ weight: `quantizeToF16(${WEIGHT})` }) },
    { name: "scores rounded to f16", plan: fivePasses({ scale: "quantizeToF16(dot / sqrt(f32(DIM)))" }) },
    { name: "heads' results rounded to f16", plan: fivePasses({ result: "quantizeToF16(total / sum)" }) },
  ],
  wrong: [
    {
      name: "W[in, out]",
      mistake: "weights-transposed",
      plan: fivePasses({ term: "weights[i * MODEL + o] * x[token * MODEL + i]" }),
    },
    { name: "no biases", mistake: "biases-left-out", plan: fivePasses({ bias: "0.0" }) },
    {
      name: "no output bias",
      mistake: "output-bias-left-out",
      plan: fivePasses({}, { output: projectionCode({ bias: "0.0" }) }),
    },
    {
      name: "no output projection",
      mistake: "output-projection-left-out",
      plan: fivePasses({}, { output: projectionCode({ projection: "", projected: "x[index]" }) }),
    },
    {
      name: "every HEADS-th column",
      mistake: "heads-interleaved",
      plan: fivePasses({ at: "token * MODEL + d * HEADS + head" }),
    },
    { name: "one softmax over all columns", mistake: "one-head", plan: fivePasses({}, { heads: () => 1 }) },
    {
      name: "heads one after the other",
      mistake: "heads-not-merged",
      plan: fivePasses({ resultAt: "(head * TOKENS + token) * DIM + d" }),
    },
    {
      name: "rows reinterpreted as heads",
      mistake: "heads-not-split",
      plan: fivePasses({ at: "(head * TOKENS + token) * DIM + d", resultAt: "token * MODEL + head * DIM + d" }),
    },
    { name: "no scale", mistake: "not-scaled", plan: fivePasses({ scale: "dot" }) },
    { name: "sqrt(model)", mistake: "scaled-by-model", plan: fivePasses({ scale: "dot / sqrt(f32(MODEL))" }) },
    { name: "without the maximum", mistake: "no-max-subtraction", plan: fivePasses({ weight: "exp(score)" }) },
    { name: "no division", mistake: "not-normalised", plan: fivePasses({ result: "total" }) },
    { name: "no mask", mistake: "not-causal", plan: fivePasses({ end: "TOKENS" }) },
    { name: "j < t", mistake: "own-token-hidden", plan: fivePasses({ end: "select(TOKENS, token, CAUSAL)" }) },
    {
      name: "j <= t + 1",
      mistake: "next-token-visible",
      plan: fivePasses({ end: "select(TOKENS, min(token + 2, TOKENS), CAUSAL)" }),
    },
    {
      name: "j >= t",
      mistake: "mask-reversed",
      plan: fivePasses({ first: "select(0, token, CAUSAL)", end: "TOKENS" }),
    },
    { name: "k for q and q for k", mistake: "queries-and-keys-swapped", plan: fivePasses({}, { queries: "k" }) },
    {
      name: "full tiles of 8 elements only",
      mistake: "ragged-features-left-out-8",
      plan: fivePasses({ projection: PROJECTION.replace("i < MODEL", "i < MODEL / 8 * 8") }),
    },
    {
      name: "full tiles of 16 tokens only",
      mistake: "ragged-tokens-left-out-16",
      plan: fivePasses({ end: "min(select(TOKENS, token + 1, CAUSAL), TOKENS / 16 * 16)" }),
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
      plan: editedPlan(plain, ["p[index] = dot / sqrt(f32(dim));", "p[index] = min(dot / sqrt(f32(dim)), 250.0);"]),
    },
    {
      name: "token 40's maximum of the first score alone",
      plan: editedPlan(plain, [RAISE, `if (row % TOKENS % 64u != 40u) { ${RAISE} }`]),
    },
  ],
};
