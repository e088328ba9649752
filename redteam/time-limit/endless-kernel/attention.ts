// Row 6: a kernel that never ends.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read_write> out: array<f32>;
  @compute @workgroup_size(1) fn main() {
    loop { out[0] += 1.0; if (out[0] < -1.0) { break; } }
  }`;

export default () => ({ passes: [{ code, bindings: ["out"], workgroups: [1] }] });
