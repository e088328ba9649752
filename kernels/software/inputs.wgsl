// The rows of a product are those of `x`, INPUTS long.

override INPUTS: u32;
override STEPS: u32 = (INPUTS + 3u) / 4u;
// Indices from one row to the next.
override INPUTS_ROW: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;

fn left(row: u32, step: u32) -> vec4f {
  return x_vector(min(row, ROWS - 1u) * INPUTS_ROW, step);
}
