// A workgroup takes one row. Its lanes stride through the row, so that neighbours read neighbouring elements, and add
// their partial sums as a tree: first for the mean, then for the variance around it.

override ROWS: u32;
override COLS: u32;
override EPS: f32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read> beta: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

var<workgroup> partials: array<f32, LANES>;

fn sumOfLanes(own: f32, lane: u32) -> f32 {
  // Another lane may still be reading the result of the sum before.
  workgroupBarrier();
  partials[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  return partials[0];
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Rows beyond what one dimension of workgroups holds go on in y.
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  var sum = 0.0;
  for (var c = lane; c < COLS; c += LANES) {
    sum += x[start + c];
  }
  let mean = sumOfLanes(sum, lane) / f32(COLS);

  var squares = 0.0;
  for (var c = lane; c < COLS; c += LANES) {
    let centred = x[start + c] - mean;
    squares += centred * centred;
  }
  let scale = inverseSqrt(sumOfLanes(squares, lane) / f32(COLS) + EPS);

  for (var c = lane; c < COLS; c += LANES) {
    y[start + c] = (x[start + c] - mean) * scale * gamma[c] + beta[c];
  }
}
