// Row 20: lets surplus invocations write past the end of scratch, whose last element is there to catch that.
// From: our own reading of the harness, where it got through

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  @group(0) @binding(2) var<storage, read_write> maxima: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    
    let start = row * COLS;
    let last = ROWS * COLS - 1u;
    var maximum = x[start];
    for (var c = 1u; c < COLS; c++) { maximum = max(maximum, x[start + c]); }
    maxima[row] = maximum;
    if (row >= ROWS) { return; }
    maximum = maxima[row];
    var sum = 0.0;
    for (var c = 0u; c < COLS; c++) { sum += exp(x[start + c] - maximum); }
    for (var c = 0u; c < COLS; c++) { y[start + c] = exp(x[start + c] - maximum) / sum; }
  }`;

export default function plan({ shape }) {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  const scratch = { maxima: 4 * (shape.rows + 1) };
  return {
    scratch,
    passes: [{ code, constants, bindings: ["x", "y", "maxima"], workgroups: [Math.ceil(shape.rows / 64)] }],
  };
}
