// One invocation per point: it stores the logarithm of each component's weighted density in `responsibilities`, then
// turns them into shares of their sum.

override N: u32;
override D: u32;
override K: u32;

const LOG_TWO_PI = 1.8378770664093453;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(4) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(5) var<storage, read_write> log_likelihood: array<f32>;

fn log_density(point: u32, component: u32) -> f32 {
  // not in the starter
  let factor = component * D * D;
  var square = 0.0;
  var log_determinant = 0.0;
  for (var column = 0u; column < D; column++) {
    // The factor is upper triangular: below the diagonal there are zeros.
    var y = 0.0;
    for (var row = 0u; row <= column; row++) {
      y += (x[point * D + row] - means[component * D + row]) * precision_cholesky[factor + row * D + column];
    }
    square += y * y;
    log_determinant += log(precision_cholesky[factor + column * D + column]);
  }
  return log_determinant - 0.5 * (f32(D) * LOG_TWO_PI + square);
  // instead: let apart = x[point * D] - means[component * D]; return -0.5 * (LOG_TWO_PI + apart * apart);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let point = id.x;
  if (point >= N) {
    return;
  }
  let start = point * K;

  for (var k = 0u; k < K; k++) {
    responsibilities[start + k] = log(weights[k]) + log_density(point, k);
  }

  // not in the starter
  var maximum = responsibilities[start];
  for (var k = 1u; k < K; k++) {
    maximum = max(maximum, responsibilities[start + k]);
  }

  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    sum += exp(responsibilities[start + k] - maximum);
  }

  for (var k = 0u; k < K; k++) {
    responsibilities[start + k] = exp(responsibilities[start + k] - maximum) / sum;
  }
  log_likelihood[point] = maximum + log(sum);
  // instead: log_likelihood[point] = responsibilities[start];
}
