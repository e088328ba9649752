// A starter, not yet correct: it gives every element of a row the same share. See `npx kernelmark tasks softmax`.

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
  for (var c = 0u; c < COLS; c++) {
    let value = x[row * COLS + c];
    y[row * COLS + c] = value / f32(COLS);
  }
}
