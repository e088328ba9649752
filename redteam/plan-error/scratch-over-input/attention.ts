// Row 19: names a scratch buffer like an input, to put its own data there.
// From: our own reading of the harness

const code =
  "@group(0) @binding(0) var<storage, read_write> q: array<f32>; @compute @workgroup_size(1) fn main() { q[0] = 1; }";

export default () => ({ scratch: { q: 4096 }, passes: [{ code, bindings: ["q", "out"], workgroups: [1] }] });
