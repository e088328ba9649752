// The softmax of each row of scores, by one invocation.

override QUERIES: u32;
override KEYS: u32;

@group(0) @binding(0) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let query = id.x + id.y * groups.x * 64;
  if (query >= QUERIES) {
    return;
  }
  let start = query * KEYS;
  var maximum = weights[start];
  for (var j = 1u; j < KEYS; j++) {
    maximum = max(maximum, weights[start + j]);
  }
  var sum = 0.0;
  for (var j = 0u; j < KEYS; j++) {
    let weight = exp(weights[start + j] - maximum);
    weights[start + j] = weight;
    sum += weight;
  }
  let share = 1.0 / sum;
  for (var j = 0u; j < KEYS; j++) {
    weights[start + j] *= share;
  }
}
