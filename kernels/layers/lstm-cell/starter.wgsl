// The new state without any weights.

override BATCH: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> c: array<f32>;
@group(0) @binding(1) var<storage, read_write> h_out: array<f32>;
@group(0) @binding(2) var<storage, read_write> c_out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= BATCH * HIDDEN) {
    return;
  }
  c_out[id.x] = c[id.x];
  h_out[id.x] = tanh(c[id.x]);
}
