// A projection, y = W x + b: one invocation per element of y.

override TOKENS: u32;
override MODEL: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.y * groups.x * 64u + id.x;
  let token = index / MODEL;
  let o = index % MODEL;
  if (token >= TOKENS) {
    return;
  }
  var sum = bias[o];
  for (var i = 0u; i < MODEL; i++) {
    sum += weights[o * MODEL + i] * x[token * MODEL + i];
  }
  y[index] = sum;
}
