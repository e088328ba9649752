// Two passes: the means, with the sum of each component's shares, then the covariances around them. One invocation per
// result loops over the points.

override N: u32;
override D: u32;
override K: u32;
override REG_COVAR: f32;

// scikit-learn adds 10 times float64's epsilon, so that a component without points does not divide by zero.
const FLOOR = 2.220446049250313e-15;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> responsibilities: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> means: array<f32>;
@group(0) @binding(4) var<storage, read_write> covariances: array<f32>;
@group(0) @binding(5) var<storage, read_write> totals: array<f32>;

@compute @workgroup_size(64)
fn find_means(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x / D;
  let i = id.x % D;
  if (k >= K) {
    return;
  }
  var total = 0.0;
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    let share = responsibilities[n * K + k];
    total += share;
    sum += share * x[n * D + i];
  }
  total += FLOOR;
  means[id.x] = sum / total;
  if (i == 0u) {
    totals[k] = total;
    weights[k] = total / f32(N);
  }
}

@compute @workgroup_size(64)
fn find_covariances(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x / (D * D);
  let i = id.x / D % D;
  let j = id.x % D;
  if (k >= K) {
    return;
  }
  let mean_i = means[k * D + i];
  let mean_j = means[k * D + j];
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    sum += responsibilities[n * K + k] * (x[n * D + i] - mean_i) * (x[n * D + j] - mean_j);
  }
  covariances[id.x] = sum / totals[k] + select(0.0, REG_COVAR, i == j);
}
