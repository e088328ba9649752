// Four weights for each invocation, a workgroup's width apart.
override SIZE: u32;
override LR: f32;
override THRESHOLD: f32;
override DIVISOR: f32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read_write> w_out: array<f32>;

const LANES = 64u;
const EACH = 4u;

@compute @workgroup_size(LANES)
fn shrink(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let first = group.x * LANES * EACH + local.x;
  for (var k = 0u; k < EACH; k++) {
    let i = first + k * LANES;
    if (i < SIZE) {
      let u = w[i] - LR * grad[i];
      var s = 0.0;
      if (u > THRESHOLD) {
        s = u - THRESHOLD;
      } else if (u < -THRESHOLD) {
        s = u + THRESHOLD;
      }
      w_out[i] = s / DIVISOR;
    }
  }
}
