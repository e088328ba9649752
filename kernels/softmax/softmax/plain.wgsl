// One invocation per row reads it three times: maximum, sum, quotients.

override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  // not in the starter
  var maximum = x[start];
  for (var c = 1u; c < COLS; c++) {
    maximum = max(maximum, x[start + c]);
  }

  var sum = 0.0;
  for (var c = 0u; c < COLS; c++) {
    sum += exp(x[start + c] - maximum);
  }

  for (var c = 0u; c < COLS; c++) {
    y[start + c] = exp(x[start + c] - maximum) / sum;
  }
  // instead: for (var c = 0u; c < COLS; c++) { y[start + c] = x[start + c] / f32(COLS); }
}
