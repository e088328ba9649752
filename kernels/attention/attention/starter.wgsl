override HEADS: u32;
override QUERIES: u32;
override KEYS: u32;
override DIM: u32;
override CAUSAL: bool;

@group(0) @binding(0) var<storage, read> q: array<f32>;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read> v: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= HEADS * QUERIES) {
    return;
  }
  let head = row / QUERIES;
  for (var d = 0u; d < DIM; d++) {
    var sum = 0.0;
    for (var key = 0u; key < KEYS; key++) {
      sum += v[(head * KEYS + key) * DIM + d];
    }
    out[row * DIM + d] = sum / f32(KEYS);
  }
}
