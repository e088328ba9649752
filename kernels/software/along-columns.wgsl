// The rows of the second factor, `w`, lie along the columns of the product: with `left`, all that `product.wgsl` needs but
// `finished`.

// Indices from one row to the next.
override W_ROW: u32;

@group(0) @binding(1) var<storage, read> w: array<Element>;

fn right(quartet: u32, step: u32) -> mat4x4f {
  let at = min(4u * step + vec4u(0, 1, 2, 3), vec4u(INPUTS - 1u)) * W_ROW;
  let inside = min(quartet, (COLUMNS - 1u) / 4u);
  return mat4x4f(w_vector(at.x, inside), w_vector(at.y, inside), w_vector(at.z, inside), w_vector(at.w, inside));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}
