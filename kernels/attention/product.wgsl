// A product of two matrices in each head, in tiles: a workgroup of SIDE × SIDE invocations computes 4 SIDE × 4 SIDE
// results, each invocation 4 × 4 of them in registers. Slices of the factors, 8 deep, are staged in workgroup memory, so
// that each element is read once for 4 SIDE results; a vec4f holds four rows, or four columns, at one depth. The module
// before this one declares the factors, the depth and the last operation on a result.

override ROWS: u32;
override COLUMNS: u32;
override DEPTH: u32;
override SIDE: u32;

const SLICE = 8u;

var<workgroup> left_slice: array<vec4f, SLICE * SIDE>;
var<workgroup> right_slice: array<vec4f, SLICE * SIDE>;

// x: tiles of columns, y: tiles of rows, z: heads.
@compute @workgroup_size(SIDE, SIDE)
fn product(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let head = group.z;
  let first_row = group.y * 4u * SIDE;
  let first_column = group.x * 4u * SIDE;
  let end = depth_of(first_row, first_column);
  if (end == 0u) {
    return;
  }

  var sums: mat4x4f;
  for (var slice = 0u; slice < end; slice += SLICE) {
    // Past the last row or column, it is repeated. What is read past the end of the depth is not used.
    for (var place = lane; place < SLICE * SIDE; place += SIDE * SIDE) {
      let depth = place % SLICE;
      let four = place / SLICE;
      var rows: vec4f;
      var columns: vec4f;
      for (var i = 0u; i < 4u; i++) {
        rows[i] = left_of(head, min(first_row + 4u * four + i, ROWS - 1u), slice + depth);
        columns[i] = right_of(head, min(first_column + 4u * four + i, COLUMNS - 1u), slice + depth);
      }
      left_slice[depth * SIDE + four] = rows;
      right_slice[depth * SIDE + four] = columns;
    }
    workgroupBarrier();
    for (var depth = 0u; depth < min(SLICE, end - slice); depth++) {
      let rows = left_slice[depth * SIDE + local.y];
      let columns = right_slice[depth * SIDE + local.x];
      sums += mat4x4f(rows.x * columns, rows.y * columns, rows.z * columns, rows.w * columns);
    }
    workgroupBarrier();
  }

  for (var r = 0u; r < 4u; r++) {
    let row = first_row + 4u * local.y + r;
    for (var c = 0u; c < 4u; c++) {
      let column = first_column + 4u * local.x + c;
      if (row < ROWS && column < COLUMNS) {
        result[(head * ROWS + row) * COLUMNS + column] = finished(sums[r][c], column);
      }
    }
  }
}
