// The gradients of a layer, and the loss, from the errors.

override N: u32;
override OUTPUTS: u32;
// Of the layer: its outputs, and its inputs.
override UNITS: u32;
override FEATURES: u32;

@group(0) @binding(0) var<storage, read> errors: array<f32>;
@group(0) @binding(1) var<storage, read> features: array<f32>;
@group(0) @binding(2) var<storage, read_write> grad_w: array<f32>;
@group(0) @binding(3) var<storage, read_write> grad_b: array<f32>;

@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

// One invocation for each weight of a layer, and for each bias: that of a feature that is always 1.
@compute @workgroup_size(64)
fn add_gradients(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= UNITS * (FEATURES + 1)) {
    return;
  }
  let unit = index / (FEATURES + 1);
  let feature = index % (FEATURES + 1);
  var sum = 0.0;
  for (var row = 0u; row < N; row++) {
    var factor = 1.0;
    if (feature < FEATURES) {
      factor = features[row * FEATURES + feature];
    }
    sum += errors[row * UNITS + unit] * factor;
  }
  let gradient = 2.0 / f32(N * OUTPUTS) * sum;
  if (feature < FEATURES) {
    grad_w[unit * FEATURES + feature] = gradient;
  } else {
    grad_b[unit] = gradient;
  }
}

@compute @workgroup_size(1)
fn average() {
  var sum = 0.0;
  for (var i = 0u; i < N * OUTPUTS; i++) {
    sum += errors[i] * errors[i];
  }
  loss[0] = sum / f32(N * OUTPUTS);
}
