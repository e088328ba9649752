// LANES_PER_ROW invocations of a workgroup take one pair of answers, so that a workgroup of 64 takes one long pair or
// many short ones. The lanes stride through both answers, so that neighbours read neighbouring tokens, and add their
// partial sums as a tree.

override N: u32;
override TOKENS: u32;
override BETA: f32;
// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> policy_chosen: array<f32>;
@group(0) @binding(1) var<storage, read> policy_rejected: array<f32>;
@group(0) @binding(2) var<storage, read> reference_chosen: array<f32>;
@group(0) @binding(3) var<storage, read> reference_rejected: array<f32>;
@group(0) @binding(4) var<storage, read> chosen_lengths: array<u32>;
@group(0) @binding(5) var<storage, read> rejected_lengths: array<u32>;
@group(0) @binding(6) var<storage, read_write> loss: array<f32>;

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
  let start = row * TOKENS;
  var chosen_end = 0u;
  var rejected_end = 0u;
  if (row < N) {
    chosen_end = chosen_lengths[row];
    rejected_end = rejected_lengths[row];
  }

  var own = 0.0;
  for (var t = lane; t < chosen_end; t += LANES_PER_ROW) {
    own += policy_chosen[start + t] - reference_chosen[start + t];
  }
  for (var t = lane; t < rejected_end; t += LANES_PER_ROW) {
    own -= policy_rejected[start + t] - reference_rejected[start + t];
  }
  partials[index] = own;
  workgroupBarrier();
  for (var width = LANES_PER_ROW / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] += partials[index + width];
    }
    workgroupBarrier();
  }

  if (lane == 0 && row < N) {
    let margin = BETA * partials[index];
    loss[row] = max(-margin, 0.0) + log(1.0 + exp(-abs(margin)));
  }
}
