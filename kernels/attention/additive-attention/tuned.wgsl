// After the projections, which are few products: one invocation for each score, of which there are most, and after
// softmax.wgsl one for each element of the context.

override QUERIES: u32;
override KEYS: u32;
override KEY_DIM: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> from_queries: array<f32>;
@group(0) @binding(1) var<storage, read> from_keys: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32>;
@group(0) @binding(4) var<storage, read> k: array<f32>;
@group(0) @binding(5) var<storage, read_write> context: array<f32>;

@compute @workgroup_size(64)
fn scores(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= QUERIES * KEYS) {
    return;
  }
  let query = index / KEYS * HIDDEN;
  let key = index % KEYS * HIDDEN;
  var score = 0.0;
  for (var h = 0u; h < HIDDEN; h++) {
    score += v[h] * tanh(from_queries[query + h] + from_keys[key + h]);
  }
  weights[index] = score;
}

@compute @workgroup_size(64)
fn means(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  if (index >= QUERIES * KEY_DIM) {
    return;
  }
  let start = index / KEY_DIM * KEYS;
  let d = index % KEY_DIM;
  var mean = 0.0;
  for (var j = 0u; j < KEYS; j++) {
    mean += weights[start + j] * k[j * KEY_DIM + d];
  }
  context[index] = mean;
}
