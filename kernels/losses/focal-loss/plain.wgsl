// One invocation takes one row and reads it twice: the maximum, then the exponentials of all classes but the target's.

override N: u32;
override CLASSES: u32;
override GAMMA: f32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= N) {
    return;
  }
  let start = row * CLASSES;

  // not in the starter
  var maximum = logits[start];
  for (var c = 1u; c < CLASSES; c++) {
    maximum = max(maximum, logits[start + c]);
  }

  var others = 0.0;
  for (var c = 0u; c < CLASSES; c++) {
    if (c != targets[row]) {
      others += exp(logits[start + c] - maximum);
    }
  }

  let own = logits[start + targets[row]];
  let sum = others + exp(own - maximum);
  // 1 - p, without the cancellation.
  let miss = others / sum;
  // WGSL does not determine 0^0.
  let focus = select(pow(miss, GAMMA), 1.0, GAMMA == 0.0);
  loss[row] = focus * (maximum + log(sum) - own);
  // instead: loss[row] = GAMMA * logits[start + targets[row]];
}
