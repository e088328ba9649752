// LANES_PER_ROW invocations of a workgroup take one row, so that a workgroup of 64 takes one long row or many short
// ones. The lanes stride through their row just once, each with a running maximum, a sum of exponentials that is
// rescaled when the maximum grows (online softmax, Milakov and Gimelshein 2018), and a sum of logits; a tree combines
// them. plain.wgsl declares the interface.

// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

struct Partial {
  maximum: f32,
  // Of exp(logit - maximum).
  sum: f32,
  // Of the logits.
  total: f32,
}

var<workgroup> partials: array<Partial, LANES>;

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  let sum = a.sum * exp(a.maximum - maximum) + b.sum * exp(b.maximum - maximum);
  return Partial(maximum, sum, a.total + b.total);
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
  let end = select(0, CLASSES, row < ROWS);

  // A lane's initial value has no weight, and vanishes when it is combined with a logit.
  var own = Partial(LOWEST, 0.0, 0.0);
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    let logit = logits[start + c];
    own.total += logit;
    if (logit > own.maximum) {
      own.sum = own.sum * exp(own.maximum - logit) + 1.0;
      own.maximum = logit;
    } else {
      own.sum += exp(logit - own.maximum);
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

  if (lane == 0 && row < ROWS) {
    let whole = partials[index];
    let lse = whole.maximum + log(whole.sum);
    let own_loss = lse - logits[start + targets[row]];
    let mean_loss = lse - whole.total / f32(CLASSES);
    loss[row] = (1.0 - SMOOTHING) * own_loss + SMOOTHING * mean_loss;
  }
}
