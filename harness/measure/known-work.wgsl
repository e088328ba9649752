// A row softmax that repeats rows for surplus workgroups: a kernel that is slower by a known amount. One invocation per
// row.

override ROWS: u32;
override COLS: u32;
override WORKGROUP_SIZE: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let start = id.x % ROWS * COLS;

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
}
