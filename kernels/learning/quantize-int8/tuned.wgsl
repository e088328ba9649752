// A workgroup takes one row. Its lanes stride through the row, so that neighbours read neighbouring elements, and find
// the largest magnitude as a tree.

override ROWS: u32;
override COLS: u32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
@group(0) @binding(2) var<storage, read_write> dequantized: array<f32>;

var<workgroup> partials: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  // Rows beyond what one dimension of workgroups holds go on in y.
  let row = group.x + group.y * groups.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  var largest = 0.0;
  for (var c = lane; c < COLS; c += LANES) {
    largest = max(largest, abs(w[start + c]));
  }
  partials[lane] = largest;
  workgroupBarrier();
  for (var width = LANES / 2; width > 0; width /= 2) {
    if (lane < width) {
      partials[lane] = max(partials[lane], partials[lane + width]);
    }
    workgroupBarrier();
  }

  let step = partials[0] / 127.0;
  if (lane == 0) {
    scale[row] = step;
  }
  // A row of zeros has no step to divide by.
  let divisor = select(step, 1.0, step == 0.0);
  for (var c = lane; c < COLS; c += LANES) {
    dequantized[start + c] = round(w[start + c] / divisor) * step;
  }
}
