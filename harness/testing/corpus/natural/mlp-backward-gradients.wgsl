// A workgroup adds up one weight's gradient over all rows, or, in the column after the last, a bias'.
override N: u32;
override ROWS: u32;
override COLS: u32;

const LANES = 32u;

@group(0) @binding(0) var<storage, read> errors: array<f32>;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> biases: array<f32>;

var<workgroup> parts: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn add_up(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let is_bias = group.x == COLS;
  var sum = 0.0;
  for (var row = lane; row < N; row += LANES) {
    var value = 1.0;
    if (!is_bias) {
      value = values[row * COLS + group.x];
    }
    sum += errors[row * ROWS + group.y] * value;
  }
  parts[lane] = sum;
  workgroupBarrier();
  for (var width = LANES / 2u; width > 0u; width /= 2u) {
    if (lane < width) {
      parts[lane] += parts[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0u) {
    if (is_bias) {
      biases[group.y] = parts[0];
    } else {
      weights[group.y * COLS + group.x] = parts[0];
    }
  }
}
