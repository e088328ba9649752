// Row 27: requires a real feature that has nothing to do with kernels, and is never among those that a plan may use.
// From: our own reading of the harness, where it got through

const code = `
  @group(0) @binding(0) var<storage, read_write> out: array<f32>;
  @compute @workgroup_size(1) fn main() { out[0] = 0.0; }`;

export default () => ({
  passes: [{ code, bindings: ["out"], workgroups: [1] }],
  requires: ["texture-compression-astc"],
});
