// `compute(step)` for all steps, by one invocation each: neighbours read neighbouring elements. On SwiftShader, loops over
// several steps took twice as long.

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let step = id.x + id.y * groups.x * 256;
  if (step < STEPS) {
    compute(step);
  }
}
