// Three passes: one invocation per score, one for each row's softmax, one for each element of the output.

override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;
override ROWS: u32 = HEADS * QUERIES;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
// [HEADS, QUERIES, KEYS]: first scores, then weights that add up to 1. Those of hidden keys are never read.
@group(0) @binding(3) var<storage, read_write> p: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

// A row is a query of a head. It sees the keys before this one.
fn visible(row: u32) -> u32 {
  return select(KEYS, row % QUERIES + KEYS - QUERIES + 1u, CAUSAL);
}

@compute @workgroup_size(64)
fn scores(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  let row = index / KEYS;
  let key = index % KEYS;
  if (row >= ROWS || key >= visible(row)) {
    return;
  }
  let head = row / QUERIES;
  var dot = 0.0;
  for (var d = 0u; d < DIM; d++) {
    dot += q[row * DIM + d] * k[(head * KEYS + key) * DIM + d];
  }
  p[index] = dot / sqrt(f32(DIM));
}

@compute @workgroup_size(64)
fn weighted_values(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  let row = index / DIM;
  let d = index % DIM;
  if (row >= ROWS) {
    return;
  }
  let head = row / QUERIES;
  let count = visible(row);
  var sum = 0.0;
  for (var key = 0u; key < count; key++) {
    sum += p[row * KEYS + key] * v[(head * KEYS + key) * DIM + d];
  }
  out[index] = sum;
}
