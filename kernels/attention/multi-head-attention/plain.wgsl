// Attention between the projections, in three passes: one invocation per score, one per row's softmax, one per
// element of the result. A row is a token in a head.

override TOKENS: u32;
override MODEL: u32;
override HEADS: u32;
override CAUSAL: bool;

// [TOKENS, MODEL]: head h has DIM columns from h * DIM on.
@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
// [HEADS, TOKENS, TOKENS]: first scores, then weights that add up to 1. Those of hidden tokens are never read.
@group(0) @binding(3) var<storage, read_write> p: array<f32>;
// [TOKENS, MODEL]
@group(0) @binding(4) var<storage, read_write> attended: array<f32>;

// The index of an invocation; workgroups of 64 fill x first, then y.
fn flat(id: vec3u, groups: vec3u) -> u32 {
  return id.y * groups.x * 64u + id.x;
}

// A token sees the tokens before this one.
fn visible(token: u32) -> u32 {
  return select(TOKENS, token + 1u, CAUSAL);
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
fn softmax(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = flat(id, groups);
  if (row >= HEADS * TOKENS) {
    return;
  }
  let start = row * TOKENS;
  let end = start + visible(row % TOKENS);

  var maximum = p[start];
  for (var at = start; at < end; at++) {
    maximum = max(maximum, p[at]);
  }

  var sum = 0.0;
  for (var at = start; at < end; at++) {
    p[at] = exp(p[at] - maximum);
    sum += p[at];
  }

  for (var at = start; at < end; at++) {
    p[at] /= sum;
  }
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
