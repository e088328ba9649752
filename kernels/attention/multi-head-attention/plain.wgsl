// Attention between the projections, in three passes: one invocation per score, one per row's softmax, one per
// element of the result. A row is a token in a head.

override TOKENS: u32;
override MODEL: u32;
override HEADS: u32;
override CAUSAL: bool;
override ROWS: u32 = HEADS * TOKENS;
override KEYS: u32 = TOKENS;

// [TOKENS, MODEL]: head h has DIM columns from h * DIM on.
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
// [HEADS, TOKENS, TOKENS]: first scores, then weights that add up to 1. Those of hidden tokens are never read.
@group(0) @binding(3) var<storage, read_write> p: array<f32>;
// [TOKENS, MODEL]
@group(0) @binding(4) var<storage, read_write> attended: array<f32>;

// A token sees the tokens before this one.
fn visible(row: u32) -> u32 {
  return select(TOKENS, row % TOKENS + 1u, CAUSAL);
}

@compute @workgroup_size(64)
fn scores(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  let key = index % TOKENS;
  let query = index / TOKENS % TOKENS;
  let head = index / TOKENS / TOKENS;
  if (head >= HEADS || key >= visible(query)) {
    return;
  }
  let dim = MODEL / HEADS;
  var dot = 0.0;
  for (var column = head * dim; column < (head + 1u) * dim; column++) {
    dot += q[query * MODEL + column] * k[key * MODEL + column];
  }
  p[index] = dot / sqrt(f32(dim));
}

@compute @workgroup_size(64)
fn weighted_values(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  let query = index / MODEL;
  let column = index % MODEL;
  if (query >= TOKENS) {
    return;
  }
  let head = column / (MODEL / HEADS);
  var sum = 0.0;
  for (var key = 0u; key < visible(query); key++) {
    sum += p[(head * TOKENS + query) * TOKENS + key] * v[key * MODEL + column];
  }
  attended[index] = sum;
}
