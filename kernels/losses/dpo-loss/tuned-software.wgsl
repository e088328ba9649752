// For software adapters: one invocation takes one pair of answers, four tokens a step, without workgroup memory and
// barriers. plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let row = id.x + id.y * groups.x * 16;
  if (row >= N) {
    return;
  }
  let start = row * TOKENS;
  let chosen_end = chosen_lengths[row];
  let rejected_end = rejected_lengths[row];

  // By how much the policy prefers the chosen answer, minus the same of the rejected one.
  var fours = vec4f();
  var preference = 0.0;
  for (var v = 0u; v < chosen_end / 4; v++) {
    fours += policy_chosen_four(start + 4 * v) - reference_chosen_four(start + 4 * v);
  }
  for (var t = chosen_end / 4 * 4; t < chosen_end; t++) {
    preference += policy_chosen_at(start + t) - reference_chosen_at(start + t);
  }
  for (var v = 0u; v < rejected_end / 4; v++) {
    fours -= policy_rejected_four(start + 4 * v) - reference_rejected_four(start + 4 * v);
  }
  for (var t = rejected_end / 4 * 4; t < rejected_end; t++) {
    preference -= policy_rejected_at(start + t) - reference_rejected_at(start + t);
  }

  let margin = BETA * (preference + dot(fours, vec4f(1)));
  // log(1 + exp(-margin)), which would overflow.
  loss[row] = max(-margin, 0.0) + log(1.0 + exp(-abs(margin)));
}
