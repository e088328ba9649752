// Row 19: writes the counts of its own dispatch while it runs.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read_write> out: array<f32>;
  @group(0) @binding(1) var<storage, read_write> counts: array<u32>;
  @compute @workgroup_size(1) fn main() { counts[0] = 65535u; out[0] = 1.0; }`;

export default () => ({
  scratch: { counts: 12 },
  passes: [{ code, bindings: ["out", "counts"], workgroups: { indirect: "counts" } }],
});
