// The passes up to the errors: the hidden layer, the errors of the outputs, those of the hidden units. One invocation for each
// element. Errors are not scaled by 2 / (N · OUTPUTS) until a gradient is stored.

override N: u32;
override INPUTS: u32;
override HIDDEN: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w1: array<f32>;
@group(0) @binding(2) var<storage, read> b1: array<f32>;
@group(0) @binding(3) var<storage, read_write> activations: array<f32>;

@group(0) @binding(0) var<storage, read> hidden: array<f32>;
@group(0) @binding(1) var<storage, read> w2: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
@group(0) @binding(3) var<storage, read> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> differences: array<f32>;

@group(0) @binding(2) var<storage, read> output_errors: array<f32>;
@group(0) @binding(3) var<storage, read_write> hidden_errors: array<f32>;

// The index of an invocation; workgroups of 64 fill x first, then y.
fn flat(id: vec3u, groups: vec3u) -> u32 {
  return id.x + id.y * groups.x * 64;
}

@compute @workgroup_size(64)
fn activate(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  if (index >= N * HIDDEN) {
    return;
  }
  let row = index / HIDDEN;
  let unit = index % HIDDEN;
  var z = b1[unit];
  for (var i = 0u; i < INPUTS; i++) {
    z += w1[unit * INPUTS + i] * x[row * INPUTS + i];
  }
  activations[index] = 1.0 / (1.0 + exp(-z));
}

@compute @workgroup_size(64)
fn compare(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  if (index >= N * OUTPUTS) {
    return;
  }
  let row = index / OUTPUTS;
  let unit = index % OUTPUTS;
  var prediction = b2[unit];
  for (var h = 0u; h < HIDDEN; h++) {
    prediction += w2[unit * HIDDEN + h] * hidden[row * HIDDEN + h];
  }
  differences[index] = prediction - y[index];
}

@compute @workgroup_size(64)
fn propagate(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat(id, groups);
  if (index >= N * HIDDEN) {
    return;
  }
  let row = index / HIDDEN;
  let unit = index % HIDDEN;
  var error = 0.0;
  for (var o = 0u; o < OUTPUTS; o++) {
    error += w2[o * HIDDEN + unit] * output_errors[row * OUTPUTS + o];
  }
  hidden_errors[index] = error * hidden[index] * (1.0 - hidden[index]);
}
