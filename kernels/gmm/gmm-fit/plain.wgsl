// The parts of a fit besides the E-step and the M-step: in each round, the precision Cholesky factors, one invocation
// per component; at the end, the mean of the log-likelihoods, by one invocation.

override N: u32;
override D: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> covariances: array<f32>;
// The lower-triangular factors of the covariances, and the transposes of their inverses. Zeros elsewhere.
@group(0) @binding(1) var<storage, read_write> cholesky: array<f32>;
@group(0) @binding(2) var<storage, read_write> precision_cholesky: array<f32>;
@group(0) @binding(3) var<storage, read_write> log_likelihood: array<f32>;
@group(0) @binding(4) var<storage, read_write> mean_log_likelihood: array<f32>;

@compute @workgroup_size(64)
fn factorise(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= K) {
    return;
  }
  let start = id.x * D * D;

  // L·Lᵀ = covariance, column by column.
  for (var column = 0u; column < D; column++) {
    for (var row = column; row < D; row++) {
      var rest = covariances[start + row * D + column];
      for (var i = 0u; i < column; i++) {
        rest -= cholesky[start + row * D + i] * cholesky[start + column * D + i];
      }
      if (row == column) {
        cholesky[start + row * D + column] = sqrt(rest);
      } else {
        cholesky[start + row * D + column] = rest / cholesky[start + column * D + column];
      }
    }
  }

  // P is the transpose of L's inverse: computed row by row, by forward substitution.
  for (var row = 0u; row < D; row++) {
    precision_cholesky[start + row * D + row] = 1.0 / cholesky[start + row * D + row];
    for (var column = row + 1u; column < D; column++) {
      var sum = 0.0;
      for (var i = row; i < column; i++) {
        sum += cholesky[start + column * D + i] * precision_cholesky[start + row * D + i];
      }
      precision_cholesky[start + row * D + column] = -sum / cholesky[start + column * D + column];
    }
  }
}

@compute @workgroup_size(1)
fn average() {
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    sum += log_likelihood[n];
  }
  mean_log_likelihood[0] = sum / f32(N);
}
