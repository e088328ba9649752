// Two passes: one invocation for each hidden activation, then one for each element of out.

override TOKENS: u32;
override MODEL: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w_gate: array<f32>;
@group(0) @binding(2) var<storage, read> w_up: array<f32>;
// [TOKENS, HIDDEN]
@group(0) @binding(3) var<storage, read_write> activations: array<f32>;

@group(0) @binding(0) var<storage, read> activated: array<f32>;
@group(0) @binding(1) var<storage, read> w_down: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

fn silu(z: f32) -> f32 {
  return z / (1.0 + exp(-z));
}

@compute @workgroup_size(64)
fn activate(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= TOKENS * HIDDEN) {
    return;
  }
  let token = index / HIDDEN;
  let unit = index % HIDDEN;

  var gate = 0.0;
  var up = 0.0;
  for (var i = 0u; i < MODEL; i++) {
    gate += x[token * MODEL + i] * w_gate[unit * MODEL + i];
    up += x[token * MODEL + i] * w_up[unit * MODEL + i];
  }
  activations[index] = silu(gate) * up;
}

@compute @workgroup_size(64)
fn project(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  if (index >= TOKENS * MODEL) {
    return;
  }
  let token = index / MODEL;
  let o = index % MODEL;

  var sum = 0.0;
  for (var unit = 0u; unit < HIDDEN; unit++) {
    sum += activated[token * HIDDEN + unit] * w_down[o * HIDDEN + unit];
  }
  out[index] = sum;
}
