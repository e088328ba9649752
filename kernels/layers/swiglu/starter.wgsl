// The first hidden unit's share of each element, as if it were the whole sum.

override TOKENS: u32;
override MODEL: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w_gate: array<f32>;
@group(0) @binding(2) var<storage, read> w_up: array<f32>;
@group(0) @binding(3) var<storage, read> w_down: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x / MODEL;
  let o = id.x % MODEL;
  if (token >= TOKENS) {
    return;
  }
  var gate = 0.0;
  var up = 0.0;
  for (var i = 0u; i < MODEL; i++) {
    gate += x[token * MODEL + i] * w_gate[i];
    up += x[token * MODEL + i] * w_up[i];
  }
  out[id.x] = gate / (1.0 + exp(-gate)) * up * w_down[o * HIDDEN];
}
