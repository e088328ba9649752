// The columns of a tile (`tile.wgsl`) are rows of `x`, INPUTS long.

fn right(quartet: u32, step: u32) -> mat4x4f {
  let starts = columns_of(quartet) * INPUTS_ROW;
  return transpose(mat4x4f(x_vector(starts.x, step), x_vector(starts.y, step), x_vector(starts.z, step), x_vector(starts.w, step)));
}
