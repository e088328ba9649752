// Two passes, as one cannot bind nine tensors: one invocation for each sum of a gate, then one for each element of the
// state.

override BATCH: u32;
override INPUTS: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> h: array<f32>;
@group(0) @binding(2) var<storage, read> w_ih: array<f32>;
@group(0) @binding(3) var<storage, read> w_hh: array<f32>;
@group(0) @binding(4) var<storage, read> b_ih: array<f32>;
@group(0) @binding(5) var<storage, read> b_hh: array<f32>;
// [BATCH, 4 HIDDEN]
@group(0) @binding(6) var<storage, read_write> sums: array<f32>;

@group(0) @binding(0) var<storage, read> gates: array<f32>;
@group(0) @binding(1) var<storage, read> c: array<f32>;
@group(0) @binding(2) var<storage, read_write> h_out: array<f32>;
@group(0) @binding(3) var<storage, read_write> c_out: array<f32>;

@compute @workgroup_size(64)
fn add_up(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= BATCH * 4 * HIDDEN) {
    return;
  }
  let row = index / (4 * HIDDEN);
  let unit = index % (4 * HIDDEN);

  var sum = b_ih[unit] + b_hh[unit];
  for (var i = 0u; i < INPUTS; i++) {
    sum += w_ih[unit * INPUTS + i] * x[row * INPUTS + i];
  }
  for (var j = 0u; j < HIDDEN; j++) {
    sum += w_hh[unit * HIDDEN + j] * h[row * HIDDEN + j];
  }
  sums[index] = sum;
}

@compute @workgroup_size(64)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  if (index >= BATCH * HIDDEN) {
    return;
  }
  let start = index / HIDDEN * 4 * HIDDEN + index % HIDDEN;

  let input = sigmoid(gates[start]);
  let forget = sigmoid(gates[start + HIDDEN]);
  let candidate = tanh(gates[start + 2 * HIDDEN]);
  let output = sigmoid(gates[start + 3 * HIDDEN]);
  let state = forget * c[index] + input * candidate;
  c_out[index] = state;
  h_out[index] = output * tanh(state);
}

fn sigmoid(z: f32) -> f32 {
  return 1.0 / (1.0 + exp(-z));
}
