// One invocation per element of out: it unpacks a row of w, weight by weight, and multiplies it by a row of a.

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

  let groups = K / GROUP;
  let words = (K + 7u) / 8u;
  let zero_words = (groups + 7u) / 8u;

  var sum = 0.0;
  // not in the starter
  for (var g = 0u; g < groups; g++) {
    let zero = extractBits(zeros[column * zero_words + g / 8u], 4u * (g % 8u), 4u);
    let scale = scales[column * groups + g];
    for (var i = g * GROUP; i < (g + 1u) * GROUP; i++) {
      let code = extractBits(w[column * words + i / 8u], 4u * (i % 8u), 4u);
      sum += a[row * K + i] * (f32(code) - f32(zero)) * scale;
    }
  }
  // instead: sum = a[row * K] * f32(extractBits(w[column * words], 0u, 4u)) * scales[column * groups];

  out[id.x] = sum;
}
