// Equal weights for all keys.

override QUERIES: u32;
override KEYS: u32;
override KEY_DIM: u32;

@group(0) @binding(0) var<storage, read> k: array<f32>;
@group(0) @binding(1) var<storage, read_write> context: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let query = id.x;
  if (query >= QUERIES) {
    return;
  }
  for (var j = 0u; j < KEYS; j++) {
    weights[query * KEYS + j] = 1.0 / f32(KEYS);
  }
  for (var d = 0u; d < KEY_DIM; d++) {
    var sum = 0.0;
    for (var j = 0u; j < KEYS; j++) {
      sum += k[j * KEY_DIM + d];
    }
    context[query * KEY_DIM + d] = sum / f32(KEYS);
  }
}
