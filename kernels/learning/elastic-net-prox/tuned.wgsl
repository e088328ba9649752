// For `elements.wgsl`. The threshold and the scale come from the plan.

override LR: f32;
override THRESHOLD: f32;
override SCALE: f32;

@group(0) @binding(0) var<storage, read> w: array<Element>;
@group(0) @binding(1) var<storage, read> grad: array<Element>;
@group(0) @binding(2) var<storage, read_write> w_out: array<Element>;

fn compute(step: u32) {
  let moved = w_vector(0, step) - LR * grad_vector(0, step);
  let size = max(abs(moved) - THRESHOLD, vec4f()) * SCALE;
  set_w_out_vector(0, step, select(size, -size, moved < vec4f()));
}
