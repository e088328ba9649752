// One invocation per point loops over the components once, with a running maximum and sum, and once more to scale
// the responsibilities.

override N: u32;
override D: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> precision_cholesky: array<f32>;
@group(0) @binding(3) var<storage, read> log_scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> responsibilities: array<f32>;
@group(0) @binding(5) var<storage, read_write> log_likelihood: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let point = id.x;
  if (point >= N) {
    return;
  }

  var largest = -3.0e38;
  var sum = 0.0;
  for (var component = 0u; component < K; component++) {
    var distance = 0.0;
    for (var j = 0u; j < D; j++) {
      // P is upper triangular: elements below the diagonal add nothing.
      var projected = 0.0;
      for (var i = 0u; i <= j; i++) {
        let difference = x[point * D + i] - means[component * D + i];
        projected = fma(difference, precision_cholesky[(component * D + i) * D + j], projected);
      }
      distance = fma(projected, projected, distance);
    }
    let log_joint = log_scale[component] - 0.5 * distance;
    responsibilities[point * K + component] = log_joint;

    let larger = max(largest, log_joint);
    sum = sum * exp(largest - larger) + exp(log_joint - larger);
    largest = larger;
  }

  let log_sum = largest + log(sum);
  log_likelihood[point] = log_sum;
  for (var component = 0u; component < K; component++) {
    let log_joint = responsibilities[point * K + component];
    responsibilities[point * K + component] = exp(log_joint - log_sum);
  }
}
