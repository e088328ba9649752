// LANES_PER_CHANNEL invocations of a workgroup take one channel, so that a workgroup of 64 takes one long channel or many
// short ones. They read it twice: the lanes stride through it, each with a running mean and squared deviations from it
// (Welford 1962), which a tree combines (Chan, Golub and LeVeque 1979); then they scale the elements.

override BATCH: u32;
override CHANNELS: u32;
override SPATIAL: u32;
override MOMENTUM: f32;
override EPS: f32;
// A power of two, at most LANES.
override LANES_PER_CHANNEL: u32;

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

var<workgroup> partials: array<Moments, LANES>;

fn combine(a: Moments, b: Moments) -> Moments {
  let count = a.count + b.count;
  let difference = b.mean - a.mean;
  // Past the last channel, where lanes have no elements, this is no number, and not used.
  let share = b.count / count;
  let squares = a.squares + b.squares + difference * difference * a.count * share;
  return Moments(count, a.mean + difference * share, squares);
}

fn place(channel: u32, i: u32) -> u32 {
  return (i / SPATIAL * CHANNELS + channel) * SPATIAL + i % SPATIAL;
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  // Workgroups may be spread over y. Lanes past the last channel take part in the barriers, but neither read nor write.
  let channel = (group.x + group.y * groups.x) * (LANES / LANES_PER_CHANNEL) + index / LANES_PER_CHANNEL;
  let lane = index % LANES_PER_CHANNEL;
  let end = select(0, BATCH * SPATIAL, channel < CHANNELS);

  var own = Moments(0.0, 0.0, 0.0);
  for (var i = lane; i < end; i += LANES_PER_CHANNEL) {
    let value = x[place(channel, i)];
    let difference = value - own.mean;
    own.count += 1.0;
    own.mean += difference / own.count;
    own.squares += difference * (value - own.mean);
  }
  partials[index] = own;
  workgroupBarrier();
  for (var width = LANES_PER_CHANNEL / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] = combine(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }
  if (channel >= CHANNELS) {
    return;
  }

  let whole = partials[index - lane];
  let factor = inverseSqrt(whole.squares / whole.count + EPS) * gamma[channel];
  for (var i = lane; i < end; i += LANES_PER_CHANNEL) {
    let at = place(channel, i);
    y[at] = (x[at] - whole.mean) * factor + beta[channel];
  }
  if (lane == 0) {
    let unbiased = whole.squares / (whole.count - 1.0);
    running_mean_out[channel] = (1.0 - MOMENTUM) * running_mean[channel] + MOMENTUM * whole.mean;
    running_var_out[channel] = (1.0 - MOMENTUM) * running_var[channel] + MOMENTUM * unbiased;
  }
}
