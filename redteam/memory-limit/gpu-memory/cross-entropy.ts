// Row 7: asks for a tebibyte of the GPU's memory.
// From: our own reading of the harness

const code =
  "@group(0) @binding(0) var<storage, read_write> loss: array<f32>; @compute @workgroup_size(1) fn main() { loss[0] = 1; }";

export default () => ({ scratch: { all: 2 ** 40 }, passes: [{ code, bindings: ["loss"], workgroups: [1] }] });
