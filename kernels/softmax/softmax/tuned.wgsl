// One workgroup takes one row. Its invocations stride through the row with a running maximum and sum (online softmax,
// Milakov and Gimelshein 2018), combine their partial results as a tree, and write the quotients: the row is read
// twice, and neighbouring invocations read neighbouring elements.

override ROWS: u32;
override COLS: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

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
  // Workgroups may be spread over y; all lanes of a workgroup leave together.
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  // Every lane begins with an element of the row, so that no lane's maximum is made up; its weight is zero.
  var own = Partial(x[start], 0.0);
  for (var c = lane; c < COLS; c += LANES) {
    let value = x[start + c];
    if (value > own.maximum) {
      own = Partial(value, own.sum * exp(own.maximum - value) + 1.0);
    } else {
      own.sum += exp(value - own.maximum);
    }
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
