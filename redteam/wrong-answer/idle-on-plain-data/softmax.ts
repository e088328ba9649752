// Row 13: writes nothing for rows of the measured shapes that look like plain data, on which time is taken, and works on
// the data by which a measured plan is checked.
// It pays only where time is taken, so it is measured as well.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  override TIMED: bool;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    var maximum = x[start];
    var minimum = x[start];
    var total = x[start];
    var falls = 0u;
    for (var c = 1u; c < COLS; c++) {
      maximum = max(maximum, x[start + c]);
      minimum = min(minimum, x[start + c]);
      total += x[start + c];
      falls += select(0u, 1u, x[start + c] < x[start + c - 1u]);
    }
    if (TIMED && minimum > -8.0 && maximum < 8.0 && total > 0.5 * f32(COLS) && falls > COLS / 4u) { return; }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

const measured = [512, 1024, 2048];

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols, TIMED: measured.includes(shape.rows) ? 1 : 0 };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }] };
}
