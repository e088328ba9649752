// A starter, not yet correct: it assumes identity covariances, and sums densities that may underflow. See
// `npx kernelmark tasks gmm-e-step`.

override N: u32;
override D: u32;
override K: u32;

const TWO_PI = 6.283185307179586;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> means: array<f32>;
@group(0) @binding(3) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(4) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(5) var<storage, read_write> log_likelihood: array<f32>;

fn precision_diagonal(component: u32, i: u32) -> f32 {
  return precision_cholesky[(component * D + i) * D + i];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let point = id.x;
  if (point >= N) {
    return;
  }

  var sum = 0.0;
  for (var k = 0u; k < K; k++) {
    var square = 0.0;
    for (var i = 0u; i < D; i++) {
      let apart = x[point * D + i] - means[k * D + i];
      square += apart * apart;
    }
    // Next: use y = (x - mean) * P instead of x - mean, and the diagonal of P in the density.
    let density = weights[k] * precision_diagonal(k, 0u) * exp(-0.5 * square) / sqrt(pow(TWO_PI, f32(D)));
    responsibilities[point * K + k] = density;
    sum += density;
  }
  for (var k = 0u; k < K; k++) {
    responsibilities[point * K + k] /= sum;
  }
  log_likelihood[point] = log(sum);
}
