// After the projections: one invocation for each query, which keeps its scores in `weights`.

override QUERIES: u32;
override KEYS: u32;
override KEY_DIM: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> from_queries: array<f32>;
@group(0) @binding(1) var<storage, read> from_keys: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read> k: array<f32>;
@group(0) @binding(4) var<storage, read_write> context: array<f32>;
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn attend(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let query = id.x + id.y * groups.x * 64;
  if (query >= QUERIES) {
    return;
  }
  let start = query * KEYS;

  var maximum = -1e30;
  for (var j = 0u; j < KEYS; j++) {
    var score = 0.0;
    for (var h = 0u; h < HIDDEN; h++) {
      score += v[h] * tanh(from_queries[query * HIDDEN + h] + from_keys[j * HIDDEN + h]);
    }
    weights[start + j] = score;
    maximum = max(maximum, score);
  }

  var sum = 0.0;
  for (var j = 0u; j < KEYS; j++) {
    weights[start + j] = exp(weights[start + j] - maximum);
    sum += weights[start + j];
  }
  for (var j = 0u; j < KEYS; j++) {
    weights[start + j] /= sum;
  }

  for (var d = 0u; d < KEY_DIM; d++) {
    var mean = 0.0;
    for (var j = 0u; j < KEYS; j++) {
      mean += weights[start + j] * k[j * KEY_DIM + d];
    }
    context[query * KEY_DIM + d] = mean;
  }
}
