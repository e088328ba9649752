// LANES_PER_ROW invocations of a workgroup take one row, so that a workgroup of 64 takes one long row or many short
// ones. The lanes stride through their row just once, each with a running maximum and a sum of exponentials that is
// rescaled when the maximum grows (online softmax, Milakov and Gimelshein 2018). The target takes part in the maximum,
// but not in the sum, which so becomes 1 - p without a cancellation.

override N: u32;
override CLASSES: u32;
override GAMMA: f32;
// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;

struct Partial {
  maximum: f32,
  // Of exp(logit - maximum), without the target's.
  others: f32,
}

var<workgroup> partials: array<Partial, LANES>;

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  return Partial(maximum, a.others * exp(a.maximum - maximum) + b.others * exp(b.maximum - maximum));
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  // Workgroups may be spread over y. Lanes past the last row take part in the barriers, but neither read nor write.
  let row = (group.x + group.y * groups.x) * (LANES / LANES_PER_ROW) + index / LANES_PER_ROW;
  let lane = index % LANES_PER_ROW;
  let start = row * CLASSES;
  let end = select(0, CLASSES, row < N);
  let own_class = targets[min(row, N - 1)];

  // A lane's initial value has no weight, and vanishes when it is combined with a logit.
  var own = Partial(LOWEST, 0.0);
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    let logit = logits[start + c];
    if (logit > own.maximum) {
      own = Partial(logit, own.others * exp(own.maximum - logit));
    }
    if (c != own_class) {
      own.others += exp(logit - own.maximum);
    }
  }
  partials[index] = own;
  workgroupBarrier();

  for (var width = LANES_PER_ROW / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[index] = combine(partials[index], partials[index + width]);
    }
    workgroupBarrier();
  }

  if (lane == 0 && row < N) {
    let whole = partials[index];
    let lead = logits[start + own_class] - whole.maximum;
    let sum = whole.others + exp(lead);
    // WGSL does not determine 0^0.
    let focus = select(pow(whole.others / sum, GAMMA), 1.0, GAMMA == 0.0);
    loss[row] = focus * (log(sum) - lead);
  }
}
