// LANES_PER_ROW invocations of a workgroup take one row, so that a workgroup of 64 takes one long row or many short
// ones. The lanes stride through both parts of the row, so that neighbours read neighbouring elements, and add their
// partial sums as a tree.

override N: u32;
override D: u32;
override LATENT: u32;
override BETA: f32;
// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> mu: array<f32>;
@group(0) @binding(3) var<storage, read> logvar: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;

var<workgroup> partials: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  // Workgroups may be spread over y. Lanes past the last row take part in the barriers, but neither read nor write.
  let row = (group.x + group.y * groups.x) * (LANES / LANES_PER_ROW) + index / LANES_PER_ROW;
  let lane = index % LANES_PER_ROW;
  let is_row = row < N;

  var reconstruction = 0.0;
  for (var c = lane; c < select(0, D, is_row); c += LANES_PER_ROW) {
    let z = logits[row * D + c];
    reconstruction += max(z, 0.0) - z * x[row * D + c] + log(1.0 + exp(-abs(z)));
  }
  var divergence = 0.0;
  for (var c = lane; c < select(0, LATENT, is_row); c += LANES_PER_ROW) {
    let m = mu[row * LATENT + c];
    let v = logvar[row * LATENT + c];
    divergence += m * m + exp(v) - v - 1.0;
  }
  partials[index] = reconstruction + 0.5 * BETA * divergence;
  workgroupBarrier();
  for (var width = LANES_PER_ROW / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] += partials[index + width];
    }
    workgroupBarrier();
  }
  if (lane == 0 && is_row) {
    loss[row] = partials[index];
  }
}
