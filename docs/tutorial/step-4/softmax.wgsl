// The maximum and the sum in one read (online softmax, Milakov and Gimelshein 2018): when an element raises a lane's
// maximum, the lane's sum shrinks to the new scale. One tree instead of two, with half the barriers.

override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const LANES = 64u;
// Below all possible elements, and finite: WGSL has no infinity.
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
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  // A lane's initial value has no weight, and vanishes when it is combined with an element.
  var own = Partial(LOWEST, 0.0);
  for (var c = lane; c < COLS; c += LANES) {
    own = combine(own, Partial(x[start + c], 1.0));
  }
  partials[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[lane] = combine(partials[lane], partials[lane + width]);
    }
    workgroupBarrier();
  }
  let whole = partials[0];
  let scale = 1.0 / whole.sum;

  for (var c = lane; c < COLS; c += LANES) {
    y[start + c] = exp(x[start + c] - whole.maximum) * scale;
  }
}
