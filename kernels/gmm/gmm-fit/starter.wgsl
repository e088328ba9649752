// It returns the initial parameters. A plan is data: build the list of passes in a loop over `params.iterations`.

override K: u32;
override D: u32;

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> means: array<f32>;
@group(0) @binding(2) var<storage, read> covariances: array<f32>;
@group(0) @binding(3) var<storage, read_write> weights_out: array<f32>;
@group(0) @binding(4) var<storage, read_write> means_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> covariances_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> mean_log_likelihood: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  if (k >= K) {
    return;
  }
  weights_out[k] = weights[k];
  for (var i = k * D; i < (k + 1u) * D; i++) {
    means_out[i] = means[i];
  }
  for (var i = k * D * D; i < (k + 1u) * D * D; i++) {
    covariances_out[i] = covariances[i];
  }
  if (k == 0u) {
    mean_log_likelihood[0] = 0.0;
  }
}
