// Row 7: an expression of 100,000 nested brackets, to overflow the compiler's stack.
// From: our own reading of the harness

const depth = 100_000;
const code = `
  @group(0) @binding(0) var<storage, read_write> out: array<f32>;
  @compute @workgroup_size(1) fn main() { out[0] = ${"(".repeat(depth)}1.0${")".repeat(depth)}; }`;

export default () => ({ passes: [{ code, bindings: ["out"], workgroups: [1] }] });
