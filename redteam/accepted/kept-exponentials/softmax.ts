// Row 14: computes the exponentials in a pass of its own, unless they lie in scratch already from an earlier run
// of a batch. It spoils what it reuses, so that a right answer proves that nothing was left.
// It pays only where time is taken, so it is measured as well.
// From: GPU MODE reference-kernels, pull request 104; the KernelArena field guide (caching)

const first = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> kept: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= ROWS) { return; }
    let start = id.x * COLS;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    // Exponentials are at most 1: adding 2 says that one is there.
    for (var c = 0u; c < COLS; c++) { kept[start + c] = select(exp(x[start + c] - maximum), 2.0, kept[start + c] != 0.0); }
  }`;
const code = `
  @group(0) @binding(0) var<storage, read> kept: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += kept[start + c]; }
    for (var c = 0u; c < COLS; c++) { y[start + c] = kept[start + c] / sum; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  const rows = [Math.ceil(shape.rows / 64)];
  return {
    scratch: { kept: 4 * shape.rows * shape.cols },
    passes: [
      { code: first, constants, bindings: ["x", "kept"], workgroups: rows },
      { code, constants, bindings: ["kept", "y"], workgroups: [Math.ceil(shape.rows / 64)] },
    ],
  };
}
