// Row 17: clamps sums at -1,000,000,000.
// From: our own reading of the harness, where it got through

const code = `
  @group(0) @binding(0) var<storage, read> a: array<u32>;
  @group(0) @binding(1) var<storage, read> b: array<u32>;
  @group(0) @binding(2) var<storage, read> a_scale: array<f32>;
  @group(0) @binding(3) var<storage, read> b_scale: array<f32>;
  @group(0) @binding(4) var<storage, read_write> out: array<f32>;
  override M: u32;
  override N: u32;
  override K: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x >= M * N) { return; }
    let row = id.x / N;
    let column = id.x % N;
    let words = (K + 3u) / 4u;
    var sum = 0i;
    for (var w = 0u; w < words; w++) { sum += dot4I8Packed(a[row * words + w], b[column * words + w]); }
    out[id.x] = f32(max(sum, -1000000000)) * a_scale[row] * b_scale[column];
  }`;

export default function plan({ shape }) {
  const constants = { M: shape.m, N: shape.n, K: shape.k };
  return {
    passes: [
      {
        code,
        constants,
        bindings: ["a", "b", "a_scale", "b_scale", "out"],
        workgroups: [Math.ceil((shape.m * shape.n) / 64)],
      },
    ],
  };
}
