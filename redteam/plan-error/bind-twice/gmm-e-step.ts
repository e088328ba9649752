// Row 19: binds one buffer twice, for reading and for writing.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read> before: array<f32>;
  @group(0) @binding(1) var<storage, read_write> responsibilities: array<f32>;
  @compute @workgroup_size(1) fn main() { responsibilities[0] = before[0]; }`;

export default () => ({
  passes: [
    { code, bindings: ["responsibilities", "responsibilities"], workgroups: [1] },
    { code, bindings: ["x", "log_likelihood"], workgroups: [1] },
  ],
});
