// One invocation per row reads it twice: for the maximum, and for the sums of exponentials and of logits.

override ROWS: u32;
override CLASSES: u32;
override SMOOTHING: f32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= ROWS) {
    return;
  }
  let start = row * CLASSES;

  // not in the starter
  var maximum = logits[start];
  for (var c = 1u; c < CLASSES; c++) {
    maximum = max(maximum, logits[start + c]);
  }

  var sum = 0.0;
  var total = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    sum += exp(logits[start + c] - maximum);
    total += logits[start + c];
  }

  let lse = maximum + log(sum);
  let own = lse - logits[start + targets[row]];
  let mean = lse - total / f32(CLASSES);
  loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean;
  // instead: loss[row] = -(1.0 - SMOOTHING) * logits[start + targets[row]];
}
