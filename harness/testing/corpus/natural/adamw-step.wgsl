override SIZE: u32;
override STRIDE: u32;
override BETA1: f32;
override NEW1: f32;
override BETA2: f32;
override NEW2: f32;
override EPS: f32;
// What the decay leaves of a weight.
override KEEP: f32;
// The learning rate, and the factor of the second moment, corrected for the bias.
override RATE: f32;
override SQUARE: f32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> w_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> v_out: array<f32>;

@compute @workgroup_size(64)
fn step(@builtin(global_invocation_id) id: vec3u) {
  for (var i = id.x; i < SIZE; i += STRIDE) {
    let g = grad[i];
    let first = BETA1 * m[i] + NEW1 * g;
    let second = BETA2 * v[i] + NEW2 * g * g;
    m_out[i] = first;
    v_out[i] = second;
    var change = 0.0;
    if (first != 0) {
      change = RATE * first / (sqrt(SQUARE * second) + EPS);
    }
    w_out[i] = KEEP * w[i] - change;
  }
}
