override M: u32;
override N: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> b_scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

// Byte i of a word as a signed number: shifted to the top, then back, which extends its sign.
fn signed_byte(word: u32, i: u32) -> i32 {
  return i32(word << (24u - 8u * i)) >> 24u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) {
    return;
  }
  let row = id.x / N;
  let column = id.x % N;
  let words_in_row = (K + 3u) / 4u;

  // The sum is exact: its terms are integers.
  var sum = 0i;
  for (var i = 0u; i < K; i++) {
    let a_word = a[row * words_in_row + i / 4u];
    let b_word = b[column * words_in_row + i / 4u];
    sum += signed_byte(a_word, i % 4u) * signed_byte(b_word, i % 4u);
  }
  out[id.x] = f32(sum) * a_scale[row] * b_scale[column];
}
