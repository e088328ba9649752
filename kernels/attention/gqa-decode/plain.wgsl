// Three passes: one invocation per score, one for each row's softmax, one for each element of the output.

override BATCH: u32;
override Q_HEADS: u32;
override KV_HEADS: u32;
override CONTEXT: u32;
override DIM: u32;
override ROWS: u32 = BATCH * Q_HEADS;
override KEYS: u32 = CONTEXT;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k_cache: array<f32>;
@group(0) @binding(2) var<storage, read> v_cache: array<f32>;
@group(0) @binding(3) var<storage, read> lengths: array<u32>;
// [BATCH, Q_HEADS, CONTEXT]: first scores, then weights that add up to 1; unused past a sequence's length.
@group(0) @binding(4) var<storage, read_write> p: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

// A row is a query head of a sequence, which sees the valid positions.
fn visible(row: u32) -> u32 {
  return lengths[row / Q_HEADS];
}

// Start of the positions that a row reads in the caches. Neighbouring query heads share a key/value head.
fn cache_start(row: u32) -> u32 {
  let sequence = row / Q_HEADS;
  let kv_head = row % Q_HEADS / (Q_HEADS / KV_HEADS);
  return (sequence * KV_HEADS + kv_head) * CONTEXT * DIM;
}

@compute @workgroup_size(64)
fn scores(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  let row = index / CONTEXT;
  let position = index % CONTEXT;
  if (row >= ROWS || position >= visible(row)) {
    return;
  }
  let start = cache_start(row) + position * DIM;
  var dot = 0.0;
  for (var d = 0u; d < DIM; d++) {
    dot += q[row * DIM + d] * k_cache[start + d];
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
  let start = cache_start(row);
  var sum = 0.0;
  for (var position = 0u; position < visible(row); position++) {
    sum += p[row * CONTEXT + position] * v_cache[start + position * DIM + d];
  }
  out[index] = sum;
}
