// A product of two matrices by tiles (`tile.wgsl`). The module with this one also declares
//
// - `sums(own, row, quartet)`, which adds up what `sums_of` gives;
// - `finished(row, quartet, four)`, the last operation on four sums.

// Indices of the result from one row to the next.
override RESULT_ROW: u32;

// x: tiles of columns, y: tiles of rows.
@compute @workgroup_size(LANES)
fn product(@builtin(workgroup_id) workgroup: vec3u, own: Invocation) {
  let row = 8u * workgroup.y;
  let quartet = workgroup.x * LANES + own.lane;
  let own_sums = sums(own, row, quartet);
  put_rows(row, quartet, own_sums.upper);
  put_rows(row + 4u, quartet, own_sums.lower);
}

fn put_rows(row: u32, quartet: u32, sums: mat4x4f) {
  if (4u * quartet >= COLUMNS) {
    return;
  }
  for (var r = 0u; r < 4u && row + r < ROWS; r++) {
    set_result_vector((row + r) * RESULT_ROW, quartet, finished(row + r, quartet, sums[r]));
  }
}
