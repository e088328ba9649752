// The sums of a linear layer, x·wᵀ: with `inputs.wgsl`, all that `product.wgsl` needs but `finished`.

@group(0) @binding(1) var<storage, read> w: array<Element>;

fn right(quartet: u32, step: u32) -> mat4x4f {
  let starts = columns_of(quartet) * INPUTS_ROW;
  return transpose(mat4x4f(w_vector(starts.x, step), w_vector(starts.y, step), w_vector(starts.z, step), w_vector(starts.w, step)));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}
