// The sums over the rows, which are the longest: a workgroup takes one unit and 64 features, neighbouring lanes neighbouring
// features, and every so many rows, so that few large sums still occupy the device. A last pass joins the parts. The bias is
// the weight of a feature that is always 1, and the loss the product of the errors with themselves.

override N: u32;
override OUTPUTS: u32;
override UNITS: u32;
override FEATURES: u32;
override PARTS: u32;

@group(0) @binding(0) var<storage, read> errors: array<f32>;
@group(0) @binding(1) var<storage, read> features: array<f32>;
// [PARTS, UNITS, FEATURES + 1]
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> grad_w: array<f32>;
@group(0) @binding(2) var<storage, read_write> grad_b: array<f32>;

@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(64)
fn add_parts(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let feature = id.x;
  if (feature > FEATURES) {
    return;
  }
  let unit = group.y;
  var sum = 0.0;
  for (var row = group.z; row < N; row += PARTS) {
    var factor = 1.0;
    if (feature < FEATURES) {
      factor = features[row * FEATURES + feature];
    }
    sum += errors[row * UNITS + unit] * factor;
  }
  parts[(group.z * UNITS + unit) * (FEATURES + 1) + feature] = sum;
}

@compute @workgroup_size(64)
fn join(@builtin(global_invocation_id) id: vec3u, @builtin(workgroup_id) group: vec3u) {
  let feature = id.x;
  if (feature > FEATURES) {
    return;
  }
  let unit = group.y;
  var sum = 0.0;
  for (var part = 0u; part < PARTS; part++) {
    sum += sums[(part * UNITS + unit) * (FEATURES + 1) + feature];
  }
  let gradient = 2.0 / f32(N * OUTPUTS) * sum;
  if (feature < FEATURES) {
    grad_w[unit * FEATURES + feature] = gradient;
  } else {
    grad_b[unit] = gradient;
  }
}

var<workgroup> squares: array<f32, 64>;

@compute @workgroup_size(64)
fn average(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < N * OUTPUTS; i += 64) {
    sum += errors[i] * errors[i];
  }
  squares[lane] = sum;
  workgroupBarrier();
  for (var width = 32u; width > 0; width /= 2) {
    if (lane < width) {
      squares[lane] += squares[lane + width];
    }
    workgroupBarrier();
  }
  if (lane == 0) {
    loss[0] = squares[0] / f32(N * OUTPUTS);
  }
}
