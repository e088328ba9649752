// The base layer alone.

override TOKENS: u32;
override INPUTS: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x / OUTPUTS;
  let o = id.x % OUTPUTS;
  if (token >= TOKENS) {
    return;
  }
  var base = 0.0;
  for (var i = 0u; i < INPUTS; i++) {
    base += x[token * INPUTS + i] * w[o * INPUTS + i];
  }
  y[id.x] = base;
}
