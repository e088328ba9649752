// Row 8: binds the output and writes nothing, in the hope of an earlier, right result there.
// From: KernelBench, pull request 82 (memory of the reference's output)

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    if (x[start] == 3e38) { y[start] = 0.0; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }] };
}
