// `compute(step)` for all steps, four in a row: a CPU reads them from one cache line, and spends less on the loop.

const BATCH = 4u;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var first = BATCH * id.x; first < STEPS; first += BATCH * groups.x * 256) {
    if (first + BATCH <= STEPS) {
      compute(first);
      compute(first + 1);
      compute(first + 2);
      compute(first + 3);
    } else {
      for (var step = first; step < STEPS; step++) {
        compute(step);
      }
    }
  }
}
