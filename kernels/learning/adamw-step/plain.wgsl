// One invocation takes one weight.

override SIZE: u32;
override LR: f32;
override BETA1: f32;
override BETA2: f32;
override EPS: f32;
override WEIGHT_DECAY: f32;
override STEP: f32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> w_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> v_out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  // Workgroups beyond the limit of one dimension continue in y.
  let i = id.x + id.y * groups.x * 64;
  if (i >= SIZE) {
    return;
  }
  let g = grad[i];
  let first = BETA1 * m[i] + (1 - BETA1) * g;
  let second = BETA2 * v[i] + (1 - BETA2) * g * g;
  m_out[i] = first;
  v_out[i] = second;

  // not in the starter
  let mean = first / (1 - pow(BETA1, STEP));
  let mean_square = second / (1 - pow(BETA2, STEP));
  let kept = w[i] - LR * WEIGHT_DECAY * w[i];
  w_out[i] = kept - LR * mean / (sqrt(mean_square) + EPS);
  // instead: w_out[i] = w[i] - LR * first;
}
