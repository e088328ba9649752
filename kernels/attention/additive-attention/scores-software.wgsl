// A score for each pair of a projected query and a projected key: with `inputs.wgsl`, all that `product.wgsl` needs. What a
// step adds is no product, but v · tanh(query + key).

@group(0) @binding(1) var<storage, read> w: array<Element>;
@group(0) @binding(2) var<storage, read> v: array<Element>;

// The elements of v in the current step.
var<private> factors: vec4f;

fn right(quartet: u32, step: u32) -> mat4x4f {
  factors = v_vector(0, step);
  let starts = columns_of(quartet) * INPUTS_ROW;
  return transpose(mat4x4f(w_vector(starts.x, step), w_vector(starts.y, step), w_vector(starts.z, step), w_vector(starts.w, step)));
}

fn sums(own: Invocation, row: u32, quartet: u32) -> Sums {
  return sums_of(own, row, quartet, 0u, STEPS);
}

fn of_row(columns: mat4x4f, row: vec4f) -> vec4f {
  let a = factors.x * tanh(columns[0] + row.x);
  let b = factors.y * tanh(columns[1] + row.y);
  let c = factors.z * tanh(columns[2] + row.z);
  let d = factors.w * tanh(columns[3] + row.w);
  return (a + b) + (c + d);
}

fn of_rows(columns: mat4x4f, rows: mat4x4f) -> mat4x4f {
  return mat4x4f(of_row(columns, rows[0]), of_row(columns, rows[1]), of_row(columns, rows[2]), of_row(columns, rows[3]));
}
