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
  let end = first + COLS;

  var largest = x[first];
  for (var i = first; i < end; i++) {
    largest = max(largest, x[i]);
  }

  // y holds the exponentials until their sum is known.
  var sum = 0.0;
  for (var i = first; i < end; i++) {
    let weight = exp(x[i] - largest);
    y[i] = weight;
    sum += weight;
  }
  for (var i = first; i < end; i++) {
    y[i] /= sum;
  }
}
