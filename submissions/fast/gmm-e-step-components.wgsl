// A component's constant part of the log-density: its weight, its determinant, and the power of 2 pi.

override D: u32;
override K: u32;

const LOG_TWO_PI = 1.8378770664093453;

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(2) var<storage, read_write> log_scale: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let component = id.x;
  if (component >= K) {
    return;
  }
  var sum = log(weights[component]) - 0.5 * f32(D) * LOG_TWO_PI;
  for (var j = 0u; j < D; j++) {
    sum += log(precision_cholesky[(component * D + j) * D + j]);
  }
  log_scale[component] = sum;
}
