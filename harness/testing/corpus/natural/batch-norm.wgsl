// One workgroup for each channel. Each invocation collects mean and squares by Welford's method; a tree joins them.
override BATCH: u32;
override CHANNELS: u32;
override SPATIAL: u32;
override MOMENTUM: f32;
override EPS: f32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read> beta: array<f32>;
@group(0) @binding(3) var<storage, read> running_mean: array<f32>;
@group(0) @binding(4) var<storage, read> running_var: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read_write> running_mean_out: array<f32>;
@group(0) @binding(7) var<storage, read_write> running_var_out: array<f32>;

struct Moments {
  count: f32,
  mean: f32,
  squares: f32,
}

var<workgroup> parts: array<Moments, LANES>;

fn joined(a: Moments, b: Moments) -> Moments {
  let count = a.count + b.count;
  if (count == 0.0) {
    return a;
  }
  let distance = b.mean - a.mean;
  let share = b.count / count;
  return Moments(count, a.mean + distance * share, a.squares + b.squares + distance * distance * a.count * share);
}

fn place(i: u32, channel: u32) -> u32 {
  return (i / SPATIAL * CHANNELS + channel) * SPATIAL + i % SPATIAL;
}

@compute @workgroup_size(LANES)
fn normalise(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.y * groups.x + group.x;
  if (channel >= CHANNELS) {
    return;
  }
  let count = BATCH * SPATIAL;
  var own = Moments(0.0, 0.0, 0.0);
  for (var i = lane; i < count; i += LANES) {
    let value = x[place(i, channel)];
    own.count += 1.0;
    let distance = value - own.mean;
    own.mean += distance / own.count;
    own.squares += distance * (value - own.mean);
  }
  parts[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      parts[lane] = joined(parts[lane], parts[lane + width]);
    }
    workgroupBarrier();
  }
  let all = parts[0];
  let scale = gamma[channel] / sqrt(all.squares / f32(count) + EPS);
  for (var i = lane; i < count; i += LANES) {
    let at = place(i, channel);
    y[at] = (x[at] - all.mean) * scale + beta[channel];
  }
  if (lane == 0u) {
    running_mean_out[channel] = mix(running_mean[channel], all.mean, MOMENTUM);
    running_var_out[channel] = mix(running_var[channel], all.squares / f32(count - 1u), MOMENTUM);
  }
}
