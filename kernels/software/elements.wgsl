// `compute(step)` for all steps. An invocation takes another one as often as there are invocations, so that a few thousand
// of them serve any size, and neighbours read neighbouring elements.

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var step = id.x; step < STEPS; step += groups.x * 256) {
    compute(step);
  }
}
