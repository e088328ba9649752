override N: u32;
override D: u32;
override LATENT: u32;
override BETA: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> mu: array<f32>;
@group(0) @binding(3) var<storage, read> logvar: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;

// log(1 + exp(z)) for any z
fn softplus(z: f32) -> f32 {
  return max(z, 0.0) + log(1.0 + exp(-abs(z)));
}

const LANES = 32u;
var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn vae(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * 256 + group.x;
  if (row >= N) {
    return;
  }

  var bce = 0.0;
  for (var c = lane; c < D; c += LANES) {
    let z = logits[row * D + c];
    bce += softplus(z) - x[row * D + c] * z;
  }
  var kl = 0.0;
  for (var c = lane; c < LATENT; c += LANES) {
    let m = mu[row * LATENT + c];
    let l = logvar[row * LATENT + c];
    kl += m * m + (exp(l) - l - 1);
  }
  sums[lane] = bce + BETA * 0.5 * kl;
  workgroupBarrier();

  // Neighbours first: steps of 1, 2, 4, 8, 16.
  for (var step = 1u; step < LANES; step *= 2) {
    if (lane % (2 * step) == 0) {
      sums[lane] += sums[lane + step];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    loss[row] = sums[0];
  }
}
