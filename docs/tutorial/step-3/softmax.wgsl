// A workgroup takes one row: its lanes stride through it, so that neighbouring lanes read neighbouring elements, and
// combine their results as a tree in workgroup memory, once for the maximum and once for the sum.

override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

const LANES = 64u;

var<workgroup> partials: array<f32, LANES>;

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

  var own = x[start];
  for (var c = lane; c < COLS; c += LANES) {
    own = max(own, x[start + c]);
  }
  partials[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[lane] = max(partials[lane], partials[lane + width]);
    }
    workgroupBarrier();
  }
  let maximum = partials[0];
  // All lanes must have read the maximum before the sums overwrite it.
  workgroupBarrier();

  var sum = 0.0;
  for (var c = lane; c < COLS; c += LANES) {
    sum += exp(x[start + c] - maximum);
  }
  partials[lane] = sum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  let scale = 1.0 / partials[0];

  for (var c = lane; c < COLS; c += LANES) {
    y[start + c] = exp(x[start + c] - maximum) * scale;
  }
}
