import {
  type AttentionPlanner,
  constantsOf,
  functionsOf,
  MAIN_PARAMETERS,
  OVERRIDES,
  spread,
  storage,
} from "./attention-wgsl.ts";

const PARTS = 8;

/** Keys are split into parts, each normalised by its own online softmax; their log-sum-exps join them. */
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

/** Softmax of each key over the queries: one pass for each key's maximum and sum, and one for the outputs. */
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
