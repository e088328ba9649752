// Row 5: plans honestly or not by chance, by date, by the count of its calls and by what it left in globals. What
// one call gives is both checked and measured.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  override HONEST: bool;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS || !HONEST) { return; }
    let start = row * COLS;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  globalThis.calls = (globalThis.calls ?? 0) + 1;
  const isHonest = globalThis.calls > 1 || typeof Date !== "undefined" || Math.random() !== Math.random();
  const constants = { ROWS: shape.rows, COLS: shape.cols, HONEST: isHonest && shape.rows !== 7 ? 1 : 0 };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }] };
}
