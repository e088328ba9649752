// One workgroup for each row; its sums by a tree.
override ROWS: u32;
override COLS: u32;
override EPS: f32;

const LANES = 64u;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> gamma: array<f32>;
@group(0) @binding(2) var<storage, read> beta: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

var<workgroup> parts: array<f32, LANES>;

fn total(lane: u32, own: f32) -> f32 {
  parts[lane] = own;
  workgroupBarrier();
  for (var width = LANES / 2u; width >= 1u; width /= 2u) {
    if (lane < width) {
      parts[lane] += parts[lane + width];
    }
    workgroupBarrier();
  }
  let sum = parts[0];
  workgroupBarrier();
  return sum;
}

@compute @workgroup_size(LANES)
fn normalise(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group.y * groups.x + group.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;
  var sum = 0.0;
  for (var col = lane; col < COLS; col += LANES) {
    sum += x[start + col];
  }
  let mean = total(lane, sum) / f32(COLS);
  var squares = 0.0;
  for (var col = lane; col < COLS; col += LANES) {
    let distance = x[start + col] - mean;
    squares += distance * distance;
  }
  let variance = total(lane, squares) / f32(COLS);
  let scale = inverseSqrt(variance + EPS);
  for (var col = lane; col < COLS; col += LANES) {
    y[start + col] = (x[start + col] - mean) * scale * gamma[col] + beta[col];
  }
}
