// For `elements.wgsl`.

override SLOPE: f32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read_write> y: array<Element>;

fn compute(step: u32) {
  let four = x_vector(0, step);
  // With a slope of 0 to 1, the larger of the two is the function.
  set_y_vector(0, step, max(four, SLOPE * four));
}
