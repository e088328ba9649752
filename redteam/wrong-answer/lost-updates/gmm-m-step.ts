// Row 21: adds up from many invocations without atomics.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read> responsibilities: array<f32>;
  @group(0) @binding(1) var<storage, read_write> weights: array<f32>;
  @group(0) @binding(2) var<storage, read_write> means: array<f32>;
  @group(0) @binding(3) var<storage, read_write> covariances: array<f32>;
  override N: u32;
  override K: u32;
  @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {
    for (var k = lane; k < K; k += 64u) { weights[k] = 0.0; }
    workgroupBarrier();
    for (var n = lane; n < N; n += 64u) {
      for (var k = 0u; k < K; k++) { weights[k] += responsibilities[n * K + k] / f32(N); }
    }
    if (N == 0u) { means[0] = 0.0; covariances[0] = 0.0; }
  }`;

export default ({ shape }) => ({
  passes: [
    {
      code,
      constants: { N: shape.n, K: shape.k },
      bindings: ["responsibilities", "weights", "means", "covariances"],
      workgroups: [1],
    },
  ],
});
