// One invocation per element of out: it multiplies a row of a by a row of b, byte by byte.

override M: u32;
override N: u32;
override K: u32;

@group(0) @binding(0) var<storage, read> a: array<u32>;
@group(0) @binding(1) var<storage, read> b: array<u32>;
@group(0) @binding(2) var<storage, read> a_scale: array<f32>;
@group(0) @binding(3) var<storage, read> b_scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) {
    return;
  }
  let row = id.x / N;
  let column = id.x % N;

  // Rows are padded with zero bytes to whole words; zeros add nothing.
  let words = (K + 3u) / 4u;
  var sum = 0i;
  // not in the starter
  for (var w = 0u; w < words; w++) {
    let a_word = i32(a[row * words + w]);
    let b_word = i32(b[column * words + w]);
    for (var byte = 0u; byte < 4u; byte++) {
      sum += extractBits(a_word, 8u * byte, 8u) * extractBits(b_word, 8u * byte, 8u);
    }
  }
  // instead: sum = extractBits(i32(a[row * words]), 0u, 8u) * extractBits(i32(b[column * words]), 0u, 8u);

  out[id.x] = f32(sum) * a_scale[row] * b_scale[column];
}
