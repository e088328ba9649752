// One invocation takes one channel and reads it three times: the mean, the variance around it, then the scaled elements.

override BATCH: u32;
override CHANNELS: u32;
override SPATIAL: u32;
override MOMENTUM: f32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read> beta: array<f32>;
@group(0) @binding(3) var<storage, read> running_mean: array<f32>;
@group(0) @binding(4) var<storage, read> running_var: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> running_mean_out: array<f32>;
@group(0) @binding(7) var<storage, read_write> running_var_out: array<f32>;

// A channel's elements lie apart: SPATIAL of them in each batch element.
fn place(channel: u32, i: u32) -> u32 {
  return (i / SPATIAL * CHANNELS + channel) * SPATIAL + i % SPATIAL;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x;
  if (channel >= CHANNELS) {
    return;
  }
  let count = BATCH * SPATIAL;

  // not in the starter
  var sum = 0.0;
  for (var i = 0u; i < count; i++) {
    sum += x[place(channel, i)];
  }
  let mean = sum / f32(count);

  var squares = 0.0;
  for (var i = 0u; i < count; i++) {
    let centred = x[place(channel, i)] - mean;
    squares += centred * centred;
  }
  let variance = squares / f32(count);
  // instead: let mean = 0.0; let variance = 1.0; let squares = f32(count);
  let scale = inverseSqrt(variance + EPS);

  for (var i = 0u; i < count; i++) {
    let at = place(channel, i);
    y[at] = (x[at] - mean) * scale * gamma[channel] + beta[channel];
  }
  let unbiased = squares / f32(count - 1);
  running_mean_out[channel] = (1.0 - MOMENTUM) * running_mean[channel] + MOMENTUM * mean;
  running_var_out[channel] = (1.0 - MOMENTUM) * running_var[channel] + MOMENTUM * unbiased;
}
