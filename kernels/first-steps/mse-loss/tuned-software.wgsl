// For `elements-sum.wgsl`.

@group(0) @binding(0) var<storage, read> prediction: array<Element>;
@group(0) @binding(1) var<storage, read> goal: array<Element>;

fn term(step: u32) -> vec4f {
  let difference = prediction_vector(0, step) - goal_vector(0, step);
  return difference * difference;
}
