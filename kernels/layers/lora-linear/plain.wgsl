// Two passes: one invocation for each element of x·aᵀ, which has few columns, then one for each element of y.

override TOKENS: u32;
override INPUTS: u32;
override OUTPUTS: u32;
override RANK: u32;
override ALPHA: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> lora_a: array<f32>;
// [TOKENS, RANK]
@group(0) @binding(2) var<storage, read_write> reduced: array<f32>;

@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> lora_b: array<f32>;
@group(0) @binding(3) var<storage, read> low: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn reduce(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let index = id.x + id.y * groups.x * 64;
  if (index >= TOKENS * RANK) {
    return;
  }
  let token = index / RANK;
  let r = index % RANK;

  var product = 0.0;
  for (var i = 0u; i < INPUTS; i++) {
    product += x[token * INPUTS + i] * lora_a[r * INPUTS + i];
  }
  reduced[index] = product;
}

@compute @workgroup_size(64)
fn project(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = id.x + id.y * groups.x * 64;
  if (index >= TOKENS * OUTPUTS) {
    return;
  }
  let token = index / OUTPUTS;
  let o = index % OUTPUTS;

  var base = 0.0;
  for (var i = 0u; i < INPUTS; i++) {
    base += x[token * INPUTS + i] * w[o * INPUTS + i];
  }
  var change = 0.0;
  for (var r = 0u; r < RANK; r++) {
    change += low[token * RANK + r] * lora_b[o * RANK + r];
  }
  y[index] = base + ALPHA / f32(RANK) * change;
}
