// LANES_PER_ROW lanes of a workgroup of 64 share a row, so a workgroup takes one long row or many short ones. A lane
// computes one exp per element: the other factor of a combination is always 1.

override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

// A power of two, at most LANES.
override LANES_PER_ROW: u32;

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
  @builtin(local_invocation_index) index: u32,
) {
  let row = (group.x + group.y * groups.x) * (LANES / LANES_PER_ROW) + index / LANES_PER_ROW;
  let lane = index % LANES_PER_ROW;
  let start = row * COLS;
  // Lanes past the last row must reach the barriers, but neither read nor write.
  let end = select(0u, COLS, row < ROWS);

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
  for (var width = LANES_PER_ROW / 2u; width > 0u; width /= 2u) {
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
