// One invocation takes a row and reads it twice: a larger element rescales the sum.

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
  let first = row * COLS;
  var largest = x[first];
  var sum = 1.0;
  for (var i = first + 1u; i < first + COLS; i++) {
    let larger = max(largest, x[i]);
    sum = sum * exp(largest - larger) + exp(x[i] - larger);
    largest = larger;
  }
  for (var i = first; i < first + COLS; i++) {
    y[i] = exp(x[i] - largest) / sum;
  }
}
