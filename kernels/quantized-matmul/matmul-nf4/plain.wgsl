// One invocation per element of out: it looks up a row of w, weight by weight, and multiplies it by a row of a.

override M: u32;
override N: u32;
override K: u32;

const NF4 = array<f32, 16>(
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
  -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
  0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
);

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<u32>;
@group(0) @binding(2) var<storage, read> absmax: array<u32>;
@group(0) @binding(3) var<storage, read> absmax_scale: array<f32>;
@group(0) @binding(4) var<storage, read> absmax_offset: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= M * N) {
    return;
  }
  let row = id.x / N;
  let column = id.x % N;

  var sum = 0.0;
  // not in the starter
  for (var own = 0u; own < K / 64u; own++) {
    // Blocks are numbered through all of w.
    let block = column * (K / 64u) + own;
    let byte = extractBits(i32(absmax[block / 4u]), 8u * (block % 4u), 8u);
    let block_absmax = absmax_offset[0] + f32(byte) * absmax_scale[block / 256u];
    for (var i = 64u * own; i < 64u * (own + 1u); i++) {
      let code = extractBits(w[column * (K / 8u) + i / 8u], 4u * (i % 8u), 4u);
      sum += a[row * K + i] * NF4[code] * block_absmax;
    }
  }
  // instead: sum = a[row * K] * NF4[extractBits(w[column * (K / 8u)], 0u, 4u)] * absmax_offset[0];

  out[id.x] = sum;
}
