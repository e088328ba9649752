// The parts of a fit besides the E-step and the M-step. A workgroup factorises one covariance, one row per lane: a
// column of the factor needs the columns before it, hence a barrier per column. The rows of P are independent.
// The log-likelihoods are averaged by one workgroup: strided sums, then a tree. plain.wgsl declares the interface.

// At least the number of dimensions, which the task limits to 32.
const ROWS = 32u;
const LANES = 64u;

@compute @workgroup_size(ROWS)
fn factorise(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) row: u32) {
  let start = group.x * D * D;

  for (var column = 0u; column < D; column++) {
    if (row >= column && row < D) {
      // Every lane computes the diagonal element itself instead of waiting for its owner.
      var diagonal = covariances[start + column * D + column];
      var rest = covariances[start + row * D + column];
      for (var i = 0u; i < column; i++) {
        let factor = cholesky[start + column * D + i];
        diagonal -= factor * factor;
        rest -= cholesky[start + row * D + i] * factor;
      }
      let root = sqrt(diagonal);
      cholesky[start + row * D + column] = select(rest / root, root, row == column);
    }
    storageBarrier();
  }

  if (row >= D) {
    return;
  }
  precision_cholesky[start + row * D + row] = 1.0 / cholesky[start + row * D + row];
  for (var column = row + 1u; column < D; column++) {
    var sum = 0.0;
    for (var i = row; i < column; i++) {
      sum += cholesky[start + column * D + i] * precision_cholesky[start + row * D + i];
    }
    precision_cholesky[start + row * D + column] = -sum / cholesky[start + column * D + column];
  }
}

var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn average(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var n = lane; n < N; n += LANES) {
    sum += log_likelihood[n];
  }
  sums[lane] = sum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      sums[lane] += sums[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    mean_log_likelihood[0] = sums[0] / f32(N);
  }
}
