// `tiled`: a workgroup of 8 by 8 invocations computes a tile of 32 by 32 elements of out, 4 by 4 for each invocation.
// It steps along k by 8 words (32 bytes), which it first copies to workgroup memory, still packed: every word is read
// from storage once for 32 products. From workgroup memory an invocation takes four words of a and four of b, and makes
// sixteen products of four bytes each.
//
// `vector`: for few rows or few columns, which share little. A workgroup takes eight elements of out, with eight
// lanes for each, which stride through the words of both rows, neighbours reading neighbouring words, and add
// their sums as a tree.

requires packed_4x8_integer_dot_product;

override M: u32;
override N: u32;
override K: u32;

const TILE = 32u;
const STEP = 8u;
const LANES = 64u;

// Lanes that share an element of out in `vector`.
const PARTS = 8u;

@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> b_scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

// Ordered by words, so that an invocation reads four neighbouring rows as one vector.
var<workgroup> a_tile: array<array<vec4u, TILE / 4>, STEP>;
var<workgroup> b_tile: array<array<vec4u, TILE / 4>, STEP>;

fn scaled(sum: i32, row: u32, column: u32) -> f32 {
  return f32(sum) * (a_scale[row] * b_scale[column]);
}

@compute @workgroup_size(8, 8)
fn tiled(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let words = (K + 3u) / 4u;
  let first_row = group.y * TILE;
  let first_column = group.x * TILE;

  var sums: array<vec4i, 4>;
  for (var start = 0u; start < words; start += STEP) {
    // Neighbouring lanes read neighbouring words of a row. Zeros fill the tile past the end of a row or of a matrix.
    // (Both vectors are explicitly zeroed: on some drivers, a bare declaration in a loop keeps its old value.)
    let w = lane % STEP;
    let four = lane / STEP;
    var a_words = vec4u();
    var b_words = vec4u();
    if (start + w < words) {
      for (var j = 0u; j < 4u; j++) {
        let row = first_row + 4u * four + j;
        let column = first_column + 4u * four + j;
        if (row < M) {
          a_words[j] = a[row * words + start + w];
        }
        if (column < N) {
          b_words[j] = b[column * words + start + w];
        }
      }
    }
    a_tile[w][four] = a_words;
    b_tile[w][four] = b_words;
    workgroupBarrier();

    for (var i = 0u; i < min(STEP, words - start); i++) {
      let rows = a_tile[i][local.y];
      let columns = b_tile[i][local.x];
      for (var j = 0u; j < 4u; j++) {
        sums[j] += vec4i(
          dot4I8Packed(rows[j], columns.x),
          dot4I8Packed(rows[j], columns.y),
          dot4I8Packed(rows[j], columns.z),
          dot4I8Packed(rows[j], columns.w),
        );
      }
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

var<workgroup> partials: array<i32, LANES>;

@compute @workgroup_size(LANES)
fn vector(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  // The last workgroup may have lanes without an element: they add nothing and write nothing.
  let element = group.x * (LANES / PARTS) + lane / PARTS;
  let part = lane % PARTS;
  let row = element / N;
  let column = element % N;

  let words = (K + 3u) / 4u;
  var own = 0i;
  for (var w = part; w < words && element < M * N; w += PARTS) {
    own += dot4I8Packed(a[row * words + w], b[column * words + w]);
  }
  partials[lane] = own;
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
