// A starter, not yet correct: it multiplies only the first weight of each row. See `npx kernelmark tasks matmul-int4`.

override M: u32;
override N: u32;
override K: u32;
override GROUP: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
@group(0) @binding(3) var<storage, read> zeros: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) {
    return;
  }
  let row = id.x / N;
  let column = id.x % N;

  // Words in each row of w and of zeros, eight numbers to a word.
  let groups = K / GROUP;
  let words = (K + 7u) / 8u;
  let zero_words = (groups + 7u) / 8u;
  let code = extractBits(w[column * words], 0u, 4u);
  let zero = extractBits(zeros[column * zero_words], 0u, 4u);

  out[id.x] = a[row * K] * (f32(code) - f32(zero)) * scales[column * groups];
}
