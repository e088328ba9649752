// For `elements-sum.wgsl`.

override LAMBDA: f32;

@group(0) @binding(0) var<storage, read> theta: array<Element>;
@group(0) @binding(1) var<storage, read> theta_old: array<Element>;
@group(0) @binding(2) var<storage, read> fisher: array<Element>;
@group(0) @binding(3) var<storage, read_write> grad: array<Element>;

fn term(step: u32) -> vec4f {
  let change = theta_vector(0, step) - theta_old_vector(0, step);
  let slope = LAMBDA * fisher_vector(0, step) * change;
  set_grad_vector(0, step, slope);
  return slope * change;
}
