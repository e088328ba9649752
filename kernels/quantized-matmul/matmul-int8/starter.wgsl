// A starter, not yet correct: it multiplies only the first byte of each row. See `npx kernelmark tasks matmul-int8`.

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

  // Words in each row, four bytes to a word.
  let words = (K + 3u) / 4u;
  let a_code = extractBits(i32(a[row * words]), 0u, 8u);
  let b_code = extractBits(i32(b[column * words]), 0u, 8u);

  out[id.x] = f32(a_code * b_code) * a_scale[row] * b_scale[column];
}
