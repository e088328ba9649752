// The gradients of a layer's weights, on a CPU: a product of the errors, transposed, and the features. Its rows are the
// layer's units, and its columns the features.

// Rows of both factors, and steps through them.
override INPUTS: u32;
override STEPS: u32 = (INPUTS + 3u) / 4u;
override SCALE: f32;

@group(0) @binding(0) var<storage, read> errors: array<f32>;

fn left(row: u32, step: u32) -> vec4f {
  let places = 4u * step + vec4u(0, 1, 2, 3);
  let at = min(places, vec4u(INPUTS - 1u)) * ROWS + min(row, ROWS - 1u);
  return select(vec4f(), vec4f(errors[at.x], errors[at.y], errors[at.z], errors[at.w]), places < vec4u(INPUTS));
}

fn finished(row: u32, quartet: u32, four: vec4f) -> vec4f {
  return SCALE * four;
}
