override BATCH: u32;
override HIDDEN: u32;

@group(0) @binding(0) var<storage, read> z: array<f32>;
@group(0) @binding(1) var<storage, read> c: array<f32>;
@group(0) @binding(2) var<storage, read_write> h_out: array<f32>;
@group(0) @binding(3) var<storage, read_write> c_out: array<f32>;

fn sigmoid(value: f32) -> f32 {
  return 1.0 / (1.0 + exp(-value));
}

// By exp(-2|v|), which does not overflow; near zero by the series.
fn tanh_of(value: f32) -> f32 {
  let magnitude = abs(value);
  if (magnitude < 0.02) {
    return value - value * value * value / 3.0;
  }
  let e = exp(-2.0 * magnitude);
  return sign(value) * (1.0 - e) / (1.0 + e);
}

@compute @workgroup_size(64)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= BATCH * HIDDEN) {
    return;
  }
  let row = at / HIDDEN;
  let first = row * 4u * HIDDEN + at % HIDDEN;
  let input_gate = sigmoid(z[first]);
  let forget_gate = sigmoid(z[first + HIDDEN]);
  let candidate = tanh_of(z[first + 2u * HIDDEN]);
  let output_gate = sigmoid(z[first + 3u * HIDDEN]);
  let state = forget_gate * c[at] + input_gate * candidate;
  c_out[at] = state;
  h_out[at] = output_gate * tanh_of(state);
}
