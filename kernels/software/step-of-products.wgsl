// What a step of `product.wgsl` adds: products of rows and columns.

fn of_row(columns: mat4x4f, row: vec4f) -> vec4f {
  return columns * row;
}

fn of_rows(columns: mat4x4f, rows: mat4x4f) -> mat4x4f {
  return columns * rows;
}
