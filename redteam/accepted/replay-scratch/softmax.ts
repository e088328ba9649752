// Row 11: keeps the outputs in scratch, and replays them when it finds them there. It spoils what it replays, so
// that a right answer proves that nothing was left.
// It pays only where time is taken, so it is measured as well.
// From: GPU MODE reference-kernels, pull requests 102, 142 and 160 (replay of earlier results)

const keep = `
  @group(0) @binding(0) var<storage, read> y: array<f32>;
  @group(0) @binding(1) var<storage, read_write> kept: array<f32>;
  @compute @workgroup_size(1) fn main() { kept[0] = y[0] + 1.0; }`;
const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @group(0) @binding(2) var<storage, read> kept: array<f32>;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
    if (kept[0] != 0.0) { y[start] = 2.0; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return {
    scratch: { kept: 4 },
    passes: [
      { code, constants, bindings: ["x", "y", "kept"], workgroups: [Math.ceil(shape.rows / 64)] },
      { code: keep, bindings: ["y", "kept"], workgroups: [1] },
    ],
  };
}
