// Row 20: writes far outside of the output, at what might be a neighbour's buffer, and is right otherwise. Such
// writes land nowhere that counts: the last row is written last.
// From: our own reading of the harness

const stray = `
  @group(0) @binding(0) var<storage, read_write> y: array<f32>;
  @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) {
    for (var far = 0u; far < 32u; far++) { y[arrayLength(&y) + (i << far)] = 7.0; }
    y[0xffffffffu - i] = 7.0;
  }`;
const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    if (COLS == 0xffffffffu) { return; }
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return {
    passes: [
      { code: stray, bindings: ["y"], workgroups: [1] },
      { code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] },
    ],
  };
}
