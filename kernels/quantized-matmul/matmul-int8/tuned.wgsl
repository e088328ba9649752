// Bytes stay packed: a step takes 8 words (32 bytes) of a row, and four bytes are multiplied at once.
// plain.wgsl declares the interface.

requires packed_4x8_integer_dot_product;

alias Number = i32;
alias Element = u32;
// Words in a row.
override DEPTH: u32 = (K + 3u) / 4u;
const STEP = 8u;

fn prepare(lane: u32) {}

fn stage(first_row: u32, first_column: u32, start: u32, lane: u32) {
  // Neighbouring lanes read neighbouring words of a row.
  let word = lane % STEP;
  let four = lane / STEP;
  var rows: vec4u;
  var columns: vec4u;
  for (var j = 0u; j < 4u; j++) {
    rows[j] = a[min(first_row + 4u * four + j, M - 1u) * DEPTH + start + word];
    columns[j] = b[min(first_column + 4u * four + j, N - 1u) * DEPTH + start + word];
  }
  row_tile[word][four] = rows;
  column_tile[word][four] = columns;
}

fn times(row: u32, columns: vec4u) -> vec4i {
  return vec4i(
    dot4I8Packed(row, columns.x),
    dot4I8Packed(row, columns.y),
    dot4I8Packed(row, columns.z),
    dot4I8Packed(row, columns.w),
  );
}

fn partial_product(row: u32, column: u32, part: u32) -> i32 {
  var sum = 0i;
  // Neighbouring lanes read neighbouring words.
  for (var word = part; word < DEPTH; word += PARTS) {
    sum += dot4I8Packed(a[row * DEPTH + word], b[column * DEPTH + word]);
  }
  return sum;
}

fn scaled(sum: i32, row: u32, column: u32) -> f32 {
  return f32(sum) * (a_scale[row] * b_scale[column]);
}
