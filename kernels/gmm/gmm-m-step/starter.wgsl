// The means ignore the responsibilities, and each covariance is only reg_covar·I.

override N: u32;
override D: u32;
override K: u32;
override REG_COVAR: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> responsibilities: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> means: array<f32>;
@group(0) @binding(4) var<storage, read_write> covariances: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  if (k >= K) {
    return;
  }

  var total = 0.0;
  for (var n = 0u; n < N; n++) {
    total += responsibilities[n * K + k];
  }
  weights[k] = total / f32(N);

  for (var i = 0u; i < D; i++) {
    var sum = 0.0;
    for (var n = 0u; n < N; n++) {
      sum += x[n * D + i];
    }
    means[k * D + i] = sum / f32(N);
    for (var j = 0u; j < D; j++) {
      covariances[(k * D + i) * D + j] = select(0.0, REG_COVAR, i == j);
    }
  }
}
