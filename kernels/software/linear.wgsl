// The sums of a linear layer, x·wᵀ, for `product.wgsl`. The module with this one declares `result` and `finished`.

override INPUTS: u32;
override STEPS: u32 = (INPUTS + 3u) / 4u;
// Indices from one row to the next, of both.
override INPUTS_ROW: u32;

@group(0) @binding(0) var<storage, read> x: array<Element>;
@group(0) @binding(1) var<storage, read> w: array<Element>;

fn left(row: u32, step: u32) -> vec4f {
  return x_vector(min(row, ROWS - 1u) * INPUTS_ROW, step);
}

fn right(quartet: u32, step: u32) -> mat4x4f {
  let starts = columns_of(quartet) * INPUTS_ROW;
  return transpose(mat4x4f(w_vector(starts.x, step), w_vector(starts.y, step), w_vector(starts.z, step), w_vector(starts.w, step)));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}
