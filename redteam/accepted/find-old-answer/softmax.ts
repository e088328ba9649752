// Row 11: looks into the output for a row that adds up to one, which would be an earlier answer, and spoils it. It
// never finds one.
// It pays only where time is taken, so it is measured as well.
// From: KernelBench, pull request 82; the KernelArena field guide (stale buffers)

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    var old = 0.0;
    for (var c = 0u; c < COLS; c++) { old += y[start + c]; }
    let isOld = COLS > 8u && abs(old - 1.0) < 1e-6;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
    if (isOld) { y[start] = 2.0; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }] };
}
