// One invocation takes one weight.

override SIZE: u32;
override LR: f32;
override L1: f32;
override L2: f32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read_write> w_out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 64;
  if (i >= SIZE) {
    return;
  }
  let moved = w[i] - LR * grad[i];
  // not in the starter
  let size = max(abs(moved) - LR * L1, 0.0);
  w_out[i] = sign(moved) * size / (1 + LR * L2);
  // instead: w_out[i] = moved;
}
