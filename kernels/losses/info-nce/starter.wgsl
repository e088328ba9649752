// The loss if all similarities are equal: every row of the other tensor has the same share.

override N: u32;

@group(0) @binding(0) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= N) {
    return;
  }
  loss[id.x] = log(f32(N));
}
