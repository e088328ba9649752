// Row 21: lets a workgroup share a row, and forgets the barriers.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  var<workgroup> maximum: f32;
  var<workgroup> sum: f32;
  @compute @workgroup_size(64)
  fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
    let row = group.y * groups.x + group.x;
    if (row >= ROWS) { return; }
    if (lane == 63u) {
      var m = x[row * COLS];
      for (var c = 1u; c < COLS; c++) { m = max(m, x[row * COLS + c]); }
      maximum = m;
    }
    for (var c = lane; c < COLS; c += 64u) {
      let value = exp(x[row * COLS + c] - maximum);
      sum += value;
      y[row * COLS + c] = value;
    }
    for (var c = lane; c < COLS; c += 64u) { y[row * COLS + c] /= sum; }
  }`;

export default ({ shape }) => ({
  passes: [
    {
      code,
      constants: { ROWS: shape.rows, COLS: shape.cols },
      bindings: ["x", "y"],
      workgroups: [Math.min(shape.rows, 32768), Math.ceil(shape.rows / 32768)],
    },
  ],
});
