// LANES_PER_ROW invocations of a workgroup take one row, so that a workgroup of 64 takes one long row or many short
// ones. The lanes stride through their row with a running maximum and sum (online softmax, Milakov and Gimelshein
// 2018), combine their partial results as a tree, and write the quotients: the row is read twice, and neighbouring
// lanes read neighbouring elements. plain.wgsl declares the interface.

// A power of two, at most LANES.
override LANES_PER_ROW: u32;

const LANES = 64u;

// Below everything that a row may hold, and finite: WGSL has no infinity.
const LOWEST = -3.4e38;

struct Partial {
  maximum: f32,
  sum: f32,
}

var<workgroup> partials: array<Partial, LANES>;

fn combine(a: Partial, b: Partial) -> Partial {
  let maximum = max(a.maximum, b.maximum);
  return Partial(maximum, a.sum * exp(a.maximum - maximum) + b.sum * exp(b.maximum - maximum));
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
  let start = row * COLS;
  let end = select(0, COLS, row < ROWS);

  // A lane's initial value has no weight, and vanishes when it is combined with an element.
  var own = Partial(LOWEST, 0.0);
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    let value = x[start + c];
    if (value > own.maximum) {
      own = Partial(value, own.sum * exp(own.maximum - value) + 1.0);
    } else {
      own.sum += exp(value - own.maximum);
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

  let whole = partials[index - lane];
  let scale = 1.0 / whole.sum;
  for (var c = lane; c < end; c += LANES_PER_ROW) {
    y[start + c] = exp(x[start + c] - whole.maximum) * scale;
  }
}
