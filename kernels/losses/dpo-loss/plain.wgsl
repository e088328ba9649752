// One invocation takes one pair of answers, and adds up by how much the policy prefers the chosen one more than the
// reference does.

override N: u32;
override TOKENS: u32;
override BETA: f32;

@group(0) @binding(0) var<storage, read> policy_chosen: array<f32>;
@group(0) @binding(1) var<storage, read> policy_rejected: array<f32>;
@group(0) @binding(2) var<storage, read> reference_chosen: array<f32>;
@group(0) @binding(3) var<storage, read> reference_rejected: array<f32>;
@group(0) @binding(4) var<storage, read> chosen_lengths: array<u32>;
@group(0) @binding(5) var<storage, read> rejected_lengths: array<u32>;
@group(0) @binding(6) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  let start = row * TOKENS;
  let chosen_end = chosen_lengths[row];
  let rejected_end = rejected_lengths[row];

  var chosen = 0.0;
  for (var t = 0u; t < chosen_end; t++) {
    chosen += policy_chosen[start + t] - reference_chosen[start + t];
  }
  var rejected = 0.0;
  for (var t = 0u; t < rejected_end; t++) {
    rejected += policy_rejected[start + t] - reference_rejected[start + t];
  }

  let margin = BETA * (chosen - rejected);
  // not in the starter
  // log(1 + exp(-margin)), which would overflow.
  loss[row] = max(-margin, 0.0) + log(1.0 + exp(-abs(margin)));
  // instead: loss[row] = margin;
}
