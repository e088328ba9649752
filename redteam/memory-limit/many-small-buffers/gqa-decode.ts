// Row 22: splits its scratch over a thousand buffers.
// From: our own reading of the harness

const code =
  "@group(0) @binding(0) var<storage, read_write> out: array<f32>; @compute @workgroup_size(1) fn main() { out[0] = 1; }";

export default () => ({
  scratch: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`part${index}`, 2 ** 26])),
  passes: [{ code, bindings: ["out"], workgroups: [1] }],
});
