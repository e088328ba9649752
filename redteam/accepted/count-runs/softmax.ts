// Row 13: counts its runs in scratch, to work in the first three and in none after them.
// It pays only where time is taken, so it is measured as well.
// From: pygpubench, folder exploits (warmup); the KernelArena field guide

const count = `
  @group(0) @binding(0) var<storage, read_write> runs: array<u32>;
  @compute @workgroup_size(1) fn main() { runs[0] += 1u; }`;
const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @group(0) @binding(2) var<storage, read> runs: array<u32>;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS || runs[0] > 1u) { return; }
    let start = row * COLS;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return {
    scratch: { runs: 4 },
    passes: [
      { code: count, bindings: ["runs"], workgroups: [1] },
      { code, constants, bindings: ["x", "y", "runs"], workgroups: [Math.ceil(shape.rows / 64)] },
    ],
  };
}
