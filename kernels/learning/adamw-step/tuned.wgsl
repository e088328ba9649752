// For `elements.wgsl`. All that depends on params alone, such as the bias corrections, comes from the plan, which computes in
// float64.

override BETA1: f32;
override REST1: f32;
override BETA2: f32;
override REST2: f32;
override KEPT: f32;
override RATE: f32;
override ROOT_SCALE: f32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> w: array<Element>;
@group(0) @binding(1) var<storage, read> grad: array<Element>;
@group(0) @binding(2) var<storage, read> m: array<Element>;
@group(0) @binding(3) var<storage, read> v: array<Element>;
@group(0) @binding(4) var<storage, read_write> w_out: array<Element>;
@group(0) @binding(5) var<storage, read_write> m_out: array<Element>;
@group(0) @binding(6) var<storage, read_write> v_out: array<Element>;

fn compute(step: u32) {
  let g = grad_vector(0, step);
  let first = BETA1 * m_vector(0, step) + REST1 * g;
  let second = BETA2 * v_vector(0, step) + REST2 * g * g;
  set_m_out_vector(0, step, first);
  set_v_out_vector(0, step, second);
  set_w_out_vector(0, step, KEPT * w_vector(0, step) - RATE * first / (sqrt(second) * ROOT_SCALE + EPS));
}
