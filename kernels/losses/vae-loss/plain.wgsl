// One invocation takes one row: first its reconstruction, then its latent variables.

override N: u32;
override D: u32;
override LATENT: u32;
override BETA: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> mu: array<f32>;
@group(0) @binding(3) var<storage, read> logvar: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }

  var reconstruction = 0.0;
  for (var c = 0u; c < D; c++) {
    let z = logits[row * D + c];
    // not in the starter
    // log(1 + exp(z)), which would overflow.
    let softplus = max(z, 0.0) + log(1.0 + exp(-abs(z)));
    // instead: let softplus = max(z, 0.0);
    reconstruction += softplus - z * x[row * D + c];
  }

  var divergence = 0.0;
  for (var c = 0u; c < LATENT; c++) {
    let m = mu[row * LATENT + c];
    let v = logvar[row * LATENT + c];
    divergence += 0.5 * (m * m + exp(v) - v - 1.0);
  }
  loss[row] = reconstruction + BETA * divergence;
}
