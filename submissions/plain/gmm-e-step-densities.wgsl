// One invocation per pair of a point and a component. `responsibilities` holds the results for the next pass.

override N: u32;
override D: u32;
override K: u32;

const LOG_TWO_PI = 1.8378770664093453;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(4) var<storage, read_write> log_joint: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= N * K) {
    return;
  }
  let point = id.x / K;
  let component = id.x % K;

  // The squared length of (x - mean) P, and the logarithm of the determinant of P, which is triangular.
  var distance = 0.0;
  var log_determinant = 0.0;
  for (var j = 0u; j < D; j++) {
    var projected = 0.0;
    for (var i = 0u; i < D; i++) {
      let difference = x[point * D + i] - means[component * D + i];
      projected += difference * precision_cholesky[(component * D + i) * D + j];
    }
    distance += projected * projected;
    log_determinant += log(precision_cholesky[(component * D + j) * D + j]);
  }
  let log_density = log_determinant - 0.5 * (f32(D) * LOG_TWO_PI + distance);
  log_joint[id.x] = log(weights[component]) + log_density;
}
