// The projection to the values, as if it were the whole layer.

override TOKENS: u32;
override MODEL: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let token = id.x / MODEL;
  let o = id.x % MODEL;
  if (token >= TOKENS) {
    return;
  }
  var sum = bias[o];
  for (var i = 0u; i < MODEL; i++) {
    sum += weights[o * MODEL + i] * x[token * MODEL + i];
  }
  y[id.x] = sum;
}
