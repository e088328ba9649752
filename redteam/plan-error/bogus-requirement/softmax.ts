// Row 27: requires a feature that sounds like one of an implementation, which no adapter has: who cannot be run would get
// no mark instead of none of the points.
// From: our own reading of the harness, where it got through

const code = `
  @group(0) @binding(0) var<storage, read_write> y: array<f32>;
  @compute @workgroup_size(1) fn main() { y[0] = 0.0; }`;

export default () => ({
  passes: [{ code, bindings: ["y"], workgroups: [1] }],
  requires: ["chromium-experimental-softmax"],
});
