// For software adapters: one invocation takes one channel, four elements of a sample a step, without workgroup memory and
// barriers. plain.wgsl declares the interface.

@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups may be spread over y.
  let channel = id.x + id.y * groups.x * 16;
  if (channel >= CHANNELS) {
    return;
  }
  let rest = SPATIAL - SPATIAL % 4;
  let count = BATCH * SPATIAL;

  var sums = vec4f();
  var sum = 0.0;
  for (var sample = 0u; sample < BATCH; sample++) {
    let start = (sample * CHANNELS + channel) * SPATIAL;
    for (var v = 0u; v < rest / 4; v++) {
      sums += x_four(start + 4 * v);
    }
    for (var i = rest; i < SPATIAL; i++) {
      sum += x_at(start + i);
    }
  }
  let mean = (sum + dot(sums, vec4f(1))) / f32(count);

  var fours = vec4f();
  var singles = 0.0;
  for (var sample = 0u; sample < BATCH; sample++) {
    let start = (sample * CHANNELS + channel) * SPATIAL;
    for (var v = 0u; v < rest / 4; v++) {
      let centred = x_four(start + 4 * v) - mean;
      fours += centred * centred;
    }
    for (var i = rest; i < SPATIAL; i++) {
      let centred = x_at(start + i) - mean;
      singles += centred * centred;
    }
  }
  let squares = singles + dot(fours, vec4f(1));
  let scale = inverseSqrt(squares / f32(count) + EPS) * gamma[channel];

  for (var sample = 0u; sample < BATCH; sample++) {
    let start = (sample * CHANNELS + channel) * SPATIAL;
    for (var v = 0u; v < rest / 4; v++) {
      set_y_four(start + 4 * v, (x_four(start + 4 * v) - mean) * scale + beta[channel]);
    }
    for (var i = rest; i < SPATIAL; i++) {
      set_y_at(start + i, (x_at(start + i) - mean) * scale + beta[channel]);
    }
  }
  running_mean_out[channel] = (1.0 - MOMENTUM) * running_mean[channel] + MOMENTUM * mean;
  running_var_out[channel] = (1.0 - MOMENTUM) * running_var[channel] + MOMENTUM * squares / f32(count - 1);
}
