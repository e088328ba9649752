override TOKENS: u32;
override MODEL: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w_gate: array<f32>;
@group(0) @binding(2) var<storage, read> w_up: array<f32>;
@group(0) @binding(3) var<storage, read_write> h: array<f32>;

fn silu(z: f32) -> f32 {
  let e = exp(-abs(z));
  return z * select(e, 1.0, z >= 0.0) / (1.0 + e);
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = id.x;
  let token = id.y;
  if (unit >= HIDDEN || token >= TOKENS) {
    return;
  }
  var gate = 0.0;
  var value = 0.0;
  for (var i = 0u; i < MODEL; i++) {
    let element = x[token * MODEL + i];
    gate += element * w_gate[unit * MODEL + i];
    value += element * w_up[unit * MODEL + i];
  }
  h[token * HIDDEN + unit] = silu(gate) * value;
}
