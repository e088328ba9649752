// A workgroup takes one row. Its lanes stride through the row, so that neighbours read neighbouring elements, and add
// their partial sums as a tree.

override ROWS: u32;
override COLS: u32;
override EPS: f32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> partials: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Rows beyond what one dimension of workgroups holds go on in y.
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  var squares = 0.0;
  for (var c = lane; c < COLS; c += LANES) {
    squares += x[start + c] * x[start + c];
  }
  partials[lane] = squares;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }

  let scale = inverseSqrt(partials[0] / f32(COLS) + EPS);
  for (var c = lane; c < COLS; c += LANES) {
    y[start + c] = x[start + c] * scale * gamma[c];
  }
}
