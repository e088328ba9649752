// Each invocation computes a block of 4 by 4 elements: in every step it reads four words of a and four of b, and uses
// each of them four times. dot4I8Packed multiplies four pairs of signed bytes and adds the products.

requires packed_4x8_integer_dot_product;

override M: u32;
override N: u32;
override K: u32;

const BLOCK = 4u;

@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> b_scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let first_row = id.y * BLOCK;
  let first_column = id.x * BLOCK;
  let words_in_row = (K + 3u) / 4u;

  // At the edges of the matrix, missing rows and columns read the last one; their sums are not written.
  var rows: array<u32, BLOCK>;
  var columns: array<u32, BLOCK>;
  for (var i = 0u; i < BLOCK; i++) {
    rows[i] = min(first_row + i, M - 1u) * words_in_row;
    columns[i] = min(first_column + i, N - 1u) * words_in_row;
  }

  var sums: array<array<i32, BLOCK>, BLOCK>;
  for (var word = 0u; word < words_in_row; word++) {
    let b_words = vec4u(b[columns[0] + word], b[columns[1] + word], b[columns[2] + word], b[columns[3] + word]);
    for (var i = 0u; i < BLOCK; i++) {
      let a_word = a[rows[i] + word];
      for (var j = 0u; j < BLOCK; j++) {
        sums[i][j] += dot4I8Packed(a_word, b_words[j]);
      }
    }
  }

  for (var i = 0u; i < BLOCK; i++) {
    for (var j = 0u; j < BLOCK; j++) {
      let row = first_row + i;
      let column = first_column + j;
      if (row < M && column < N) {
        out[row * N + column] = f32(sums[i][j]) * a_scale[row] * b_scale[column];
      }
    }
  }
}
