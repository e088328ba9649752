// Row 18: writes NaN, which compares as equal where errors are counted by `error > bound`.
// From: pygpubench, folder exploits (gc_nan: NaN was a wildcard)

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    for (var c = 0u; c < COLS; c++) { y[start + c] = bitcast<f32>(0x7fc00000u | (bitcast<u32>(x[start]) & 0u)); }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [Math.ceil(shape.rows / 64)] }] };
}
