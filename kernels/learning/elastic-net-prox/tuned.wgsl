// Each invocation takes the next weight as often as there are invocations. The threshold and the scale come from the
// plan.

override SIZE: u32;
override LR: f32;
override THRESHOLD: f32;
override SCALE: f32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read_write> w_out: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < SIZE; i += groups.x * 256) {
    let moved = w[i] - LR * grad[i];
    let size = max(abs(moved) - THRESHOLD, 0.0) * SCALE;
    w_out[i] = select(size, -size, moved < 0);
  }
}
