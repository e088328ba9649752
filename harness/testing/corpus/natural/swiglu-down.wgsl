override TOKENS: u32;
override MODEL: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> h: array<f32>;
@group(0) @binding(1) var<storage, read> w_down: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let col = id.x;
  let token = id.y;
  if (col >= MODEL || token >= TOKENS) {
    return;
  }
  var sum = 0.0;
  for (var j = 0u; j < HIDDEN; j++) {
    sum += h[token * HIDDEN + j] * w_down[col * HIDDEN + j];
  }
  out[token * MODEL + col] = sum;
}
