// Row 16: leaves one lane in 256 out of the sum of rows that are too long for one workgroup.
// From: our own reading of the harness, where it got through

const code = `
  @group(0) @binding(0) var<storage, read> logits: array<f32>;
  @group(0) @binding(1) var<storage, read> targets: array<u32>;
  @group(0) @binding(2) var<storage, read_write> loss: array<f32>;
  override ROWS: u32;
  override CLASSES: u32;
  override SMOOTHING: f32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    let row = id.x;
    if (row >= ROWS) { return; }
    let start = row * CLASSES;
    var maximum = logits[start];
    for (var c = 0u; c < CLASSES; c++) { maximum = max(maximum, logits[start + c]); }
    var sum = 0.0;
    var total = 0.0;
    for (var c = 0u; c < CLASSES; c++) {
      sum += select(exp(logits[start + c] - maximum), 0.0, CLASSES > 4096 && c % 256 == 77);
      total += logits[start + c];
    }
    let lse = maximum + log(sum);
    let own = lse - logits[start + targets[row]];
    loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * (lse - total / f32(CLASSES));
  }`;

export default function plan({ shape, params }) {
  const constants = { ROWS: shape.rows, CLASSES: shape.classes, SMOOTHING: params.smoothing };
  const bindings = ["logits", "targets", "loss"];
  return { passes: [{ code, constants, bindings, workgroups: [Math.ceil(shape.rows / 64)] }] };
}
