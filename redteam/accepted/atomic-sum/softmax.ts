// Row 21: adds up with a compare-and-exchange loop: its order changes from run to run, and with it the last bits.
// That is honest.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read> x: array<f32>;
  @group(0) @binding(1) var<storage, read_write> y: array<f32>;
  override ROWS: u32;
  override COLS: u32;
  var<workgroup> maximum: f32;
  var<workgroup> sum: atomic<u32>;
  @compute @workgroup_size(64)
  fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
    let row = group.y * groups.x + group.x;
    if (row >= ROWS) { return; }
    if (lane == 0u) {
      var m = x[row * COLS];
      for (var c = 1u; c < COLS; c++) { m = max(m, x[row * COLS + c]); }
      maximum = m;
    }
    workgroupBarrier();
    var part = 0.0;
    for (var c = lane; c < COLS; c += 64u) { part += exp(x[row * COLS + c] - maximum); }
    loop {
      let before = atomicLoad(&sum);
      let after = bitcast<u32>(bitcast<f32>(before) + part);
      if (atomicCompareExchangeWeak(&sum, before, after).exchanged) { break; }
    }
    workgroupBarrier();
    let total = bitcast<f32>(atomicLoad(&sum));
    for (var c = lane; c < COLS; c += 64u) { y[row * COLS + c] = exp(x[row * COLS + c] - maximum) / total; }
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
