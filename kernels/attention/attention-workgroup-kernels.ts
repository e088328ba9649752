import { invocationPerRow } from "./attention-row-kernels.ts";
import { type AttentionPlanner, functionsOf, MAIN_PARAMETERS, OVERRIDES, onePass, storage } from "./attention-wgsl.ts";

/** How the invocations of a workgroup combine partial results; declares `combine_max` and `combine_sum`. */
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

/** For any subgroup size and membership: one invocation of each subgroup contributes its result. */
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
 * One workgroup per query: its invocations stride through the keys for the maximum and the sum, and then the whole
 * workgroup reduces each element of the output.
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
  // On large shapes, recomputation and barriers take a software adapter seconds: use one invocation per query there.
  const withoutBarriers = invocationPerRow({});
  return (context) => {
    const { heads, queries, dim } = context.shape;
    return heads * queries * dim > 600 ? withoutBarriers(context) : onePass(code, heads * queries, context);
  };
}
