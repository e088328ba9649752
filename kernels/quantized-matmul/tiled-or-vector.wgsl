// The entry points of all formats, with the operations that each declares for its own weights.
//
// `tiled`: a workgroup of 8 by 8 invocations computes a tile of 32 by 32 elements of out, 4 by 4 for each invocation.
// It steps along a row by STEP of its DEPTH elements, which `stage` first copies to workgroup memory: what it reads from
// storage serves 32 products. From there an invocation takes four elements of rows and four of columns, and makes
// sixteen products.
//
// `vector`: for few rows or few columns, which share little. A workgroup takes eight elements of out, with eight
// lanes for each, which add up a part of the products each, and then their sums as a tree.

const TILE = 32u;
const LANES = 64u;

// Lanes that share an element of out in `vector`.
const PARTS = 8u;

// Ordered along k, so that an invocation reads four neighbouring rows or columns as one vector.
var<workgroup> row_tile: array<array<vec4<Element>, TILE / 4u>, STEP>;
var<workgroup> column_tile: array<array<vec4<Element>, TILE / 4u>, STEP>;

@compute @workgroup_size(8, 8)
fn tiled(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_row = workgroup.y * TILE;
  let first_column = workgroup.x * TILE;
  prepare(lane);

  var sums: array<vec4<Number>, 4>;
  for (var start = 0u; start < DEPTH; start += STEP) {
    // Past the last row or column, `stage` repeats it; past the end of a row it may read anything, which is not used.
    stage(first_row, first_column, start, lane);
    workgroupBarrier();
    for (var i = 0u; i < min(STEP, DEPTH - start); i++) {
      let rows = row_tile[i][local.y];
      let columns = column_tile[i][local.x];
      sums[0] += times(rows.x, columns);
      sums[1] += times(rows.y, columns);
      sums[2] += times(rows.z, columns);
      sums[3] += times(rows.w, columns);
    }
    workgroupBarrier();
  }

  for (var j = 0u; j < 4u; j++) {
    for (var i = 0u; i < 4u; i++) {
      let row = first_row + 4u * local.y + j;
      let column = first_column + 4u * local.x + i;
      if (row < M && column < N) {
        out[row * N + column] = scaled(sums[j][i], row, column);
      }
    }
  }
}

var<workgroup> partials: array<Number, LANES>;

@compute @workgroup_size(LANES)
fn vector(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  // The last workgroup may have lanes without an element: they repeat the last row, and write nothing.
  let element = workgroup.x * (LANES / PARTS) + lane / PARTS;
  let part = lane % PARTS;
  let row = min(element / N, M - 1u);
  let column = element % N;
  prepare(lane);

  partials[lane] = partial_product(row, column, part);
  workgroupBarrier();
  for (var width = PARTS / 2u; width > 0u; width /= 2u) {
    if (part < width) {
      partials[lane] += partials[lane + width];
    }
    workgroupBarrier();
  }
  if (part == 0u && element < M * N) {
    out[element] = scaled(partials[lane], row, column);
  }
}
