// One invocation takes one row and reads it twice: the largest magnitude, then the rounded elements.

override ROWS: u32;
override COLS: u32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
@group(0) @binding(2) var<storage, read_write> dequantized: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * COLS;

  // not in the starter
  var largest = 0.0;
  for (var c = 0u; c < COLS; c++) {
    largest = max(largest, abs(w[start + c]));
  }
  let step = largest / 127.0;
  // instead: let step = 1.0;
  scale[row] = step;
  // A row of zeros has no step to divide by.
  let divisor = select(step, 1.0, step == 0.0);

  for (var c = 0u; c < COLS; c++) {
    dequantized[start + c] = round(w[start + c] / divisor) * step;
  }
}
