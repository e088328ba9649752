// Row 15: does the same work eight times in passes of its own before the last one, in the hope that the clock
// starts late. All passes are timed: it is slower, not faster.
// It pays only where time is taken, so it is measured as well.
// From: the KernelArena field guide (work outside the timed region); GPU MODE reference-kernels, pull request 161
// (deferred work)

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  const pass = { code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] };
  return { passes: Array.from({ length: 8 }, () => pass) };
}
