// What a step of `product.wgsl` adds: squares of the differences of rows and columns.

fn of_row(columns: mat4x4f, row: vec4f) -> vec4f {
  let a = columns[0] - row.x;
  let b = columns[1] - row.y;
  let c = columns[2] - row.z;
  let d = columns[3] - row.w;
  return (a * a + b * b) + (c * c + d * d);
}

fn of_rows(columns: mat4x4f, rows: mat4x4f) -> mat4x4f {
  return mat4x4f(of_row(columns, rows[0]), of_row(columns, rows[1]), of_row(columns, rows[2]), of_row(columns, rows[3]));
}
