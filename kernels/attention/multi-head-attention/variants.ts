import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import { limitedMaxima } from "../maximum-variants.ts";
import { plain } from "./plain.ts";

type MultiHead = PlanFunction<MultiHeadShape, "causal">;

/** The plain projections, and attention in one pass with the entry point `attend`. */
function attending(code: string, rowsPerWorkgroup: number): MultiHead {
  return (context) => {
    const { passes, ...plan } = plain(context);
    const { tokens, heads } = context.shape;
    const workgroups = spread(Math.ceil((tokens * heads) / rowsPerWorkgroup), context.device);
    const attend = { ...passes[3]!, code, entryPoint: "attend", workgroups };
    return { ...plan, passes: [...passes.slice(0, 3), attend, passes[6]!] };
  };
}

const INTERFACE = `
  override TOKENS: u32; override MODEL: u32; override HEADS: u32; override CAUSAL: bool;
  @group(0) @binding(0) var<storage, read> q: array<f32>;
  @group(0) @binding(1) var<storage, read> k: array<f32>;
  @group(0) @binding(2) var<storage, read> v: array<f32>;
  @group(0) @binding(3) var<storage, read_write> p: array<f32>;
  @group(0) @binding(4) var<storage, read_write> attended: array<f32>;`;

/** Maximum, sum and weighted values in one loop: every key rescales the sums so far (of values, in `attended`). */
const ONLINE = `${INTERFACE}
  @compute @workgroup_size(64)
  fn attend(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
    let row = id.x + id.y * groups.x * 64;
    let token = row / HEADS;
    if (token >= TOKENS) { return; }
    let dim = MODEL / HEADS;
    let head_at = row % HEADS * dim;
    let first = token * MODEL + head_at;
    var maximum = -1e30;
    var sum = 0.0;
    for (var d = 0u; d < dim; d++) { attended[first + d] = 0.0; }
    for (var key = 0u; key < select(TOKENS, token + 1, CAUSAL); key++) {
      let start = key * MODEL + head_at;
      var score = 0.0;
      for (var d = 0u; d < dim; d++) { score += q[first + d] * inverseSqrt(f32(dim)) * k[start + d]; }
      let higher = max(maximum, score);
      let rescale = exp(maximum - higher);
      let weight = exp(score - higher);
      sum = fma(sum, rescale, weight);
      for (var d = 0u; d < dim; d++) { attended[first + d] = attended[first + d] * rescale + weight * v[start + d]; }
      maximum = higher;
    }
    for (var d = 0u; d < dim; d++) { attended[first + d] /= sum; }
  }`;

/** A workgroup of 32 takes one token of one head, and its subgroups combine the maximum and the sum. */
const SUBGROUPS = `enable subgroups;
  ${INTERFACE}
  var<workgroup> lanes: array<f32, 32>;
  @compute @workgroup_size(32)
  fn attend(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groups: vec3u,
    @builtin(local_invocation_index) lane: u32,
  ) {
    let index = group.x + group.y * groups.x;
    let token = index / HEADS;
    if (token >= TOKENS) { return; }
    let dim = MODEL / HEADS;
    let head_at = index % HEADS * dim;
    let end = select(TOKENS, token + 1, CAUSAL);
    var highest = -1e30;
    for (var key = lane; key < end; key += 32) {
      var dot = 0.0;
      for (var d = 0u; d < dim; d++) { dot += q[token * MODEL + head_at + d] * k[key * MODEL + head_at + d]; }
      p[index * TOKENS + key] = dot * inverseSqrt(f32(dim));
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
    for (var d = lane; d < dim; d += 32) {
      var total = 0.0;
      for (var key = 0u; key < end; key++) { total += p[index * TOKENS + key] * v[key * MODEL + head_at + d]; }
      attended[token * MODEL + head_at + d] = total / sum;
    }
  }`;

const online = attending(ONLINE, 64);
const onSubgroups = attending(SUBGROUPS, 1);

/** Many tokens go to `online`: thousands of short workgroups with barriers take a software adapter seconds. */
const subgroups: MultiHead = (context) => ({
  ...(context.shape.tokens > 200 ? online : onSubgroups)(context),
  requires: ["subgroups"],
});

const SCORE = "dot / sqrt(f32(dim))";

export const variants: WrittenVariants<MultiHeadShape, "causal"> = {
  honest: [
    { name: "online, one key at a time", ownSkeleton: true, plan: online },
    { name: "subgroups", ownSkeleton: true, plan: subgroups },
    {
      name: "through the logarithm of the sum",
      edits: [
        ["p[at] = exp(p[at] - maximum);\n    sum += p[at];", "sum += exp(p[at] - maximum);"],
        ["p[at] /= sum;", "p[at] = exp(p[at] - (maximum + log(sum)));"],
      ],
    },
    {
      name: "all tokens read, hidden ones masked by -1e30",
      edits: [
        ["return select(TOKENS, token + 1u, CAUSAL);", "return TOKENS;"],
        [SCORE, `select(-1e30, ${SCORE}, !CAUSAL || key <= query)`],
      ],
    },
    {
      name: "query and key each scaled by a fourth root",
      edits: [
        ["q[query * MODEL + column] *", "(q[query * MODEL + column] / sqrt(sqrt(f32(dim)))) *"],
        ["* k[key * MODEL + column];", "* (k[key * MODEL + column] / sqrt(sqrt(f32(dim))));"],
        [SCORE, "dot"],
      ],
    },
  ],
  limited: [
    ...limitedMaxima,
    { name: "scores of at most 250", edits: [[SCORE, `min(${SCORE}, 250.0)`]] },
    {
      name: "token 40's maximum of the first score alone",
      edits: [["maximum = max(maximum, p[at]);", "if (row % TOKENS % 64u != 40u) { maximum = max(maximum, p[at]); }"]],
    },
  ],
};
