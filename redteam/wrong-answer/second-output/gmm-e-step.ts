// Row 8: writes the first output and leaves the second.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read_write> responsibilities: array<f32>;
  @group(0) @binding(1) var<storage, read_write> log_likelihood: array<f32>;
  override K: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&responsibilities)) { responsibilities[id.x] = 1.0 / f32(K); }
    if (K == 0u) { log_likelihood[0] = 0.0; }
  }`;

export default ({ shape }) => ({
  passes: [
    {
      code,
      constants: { K: shape.k },
      bindings: ["responsibilities", "log_likelihood"],
      workgroups: [Math.ceil((shape.n * shape.k) / 64)],
    },
  ],
});
