// Each invocation takes the next weight as often as there are invocations. All that depends on params alone, such as the
// bias corrections, comes from the plan, which computes in float64.

override SIZE: u32;
override BETA1: f32;
override REST1: f32;
override BETA2: f32;
override REST2: f32;
override KEPT: f32;
override RATE: f32;
override ROOT_SCALE: f32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> w_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> v_out: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < SIZE; i += groups.x * 256) {
    let g = grad[i];
    let first = BETA1 * m[i] + REST1 * g;
    let second = BETA2 * v[i] + REST2 * g * g;
    m_out[i] = first;
    v_out[i] = second;
    w_out[i] = KEPT * w[i] - RATE * first / (sqrt(second) * ROOT_SCALE + EPS);
  }
}
