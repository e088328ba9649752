override TOKENS: u32;
override INPUTS: u32;
override OUTPUTS: u32;
override RANK: u32;
override SCALE: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> lora_a: array<f32>;
@group(0) @binding(2) var<storage, read_write> z_out: array<f32>;

@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read> lora_b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(4, 16)
fn project(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= RANK || id.y >= TOKENS) {
    return;
  }
  var sum = 0.0;
  for (var i = 0u; i < INPUTS; i++) {
    sum += x[id.y * INPUTS + i] * lora_a[id.x * INPUTS + i];
  }
  z_out[id.y * RANK + id.x] = SCALE * sum;
}

@compute @workgroup_size(4, 16)
fn combine(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= OUTPUTS || id.y >= TOKENS) {
    return;
  }
  var sum = 0.0;
  for (var i = 0u; i < INPUTS; i++) {
    sum += x[id.y * INPUTS + i] * w[id.x * INPUTS + i];
  }
  for (var r = 0u; r < RANK; r++) {
    sum += z[id.y * RANK + r] * lora_b[id.x * RANK + r];
  }
  y[id.y * OUTPUTS + id.x] = sum;
}
