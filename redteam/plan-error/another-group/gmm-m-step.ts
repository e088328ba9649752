// Row 19: reaches for a bind group that is not the plan's.
// From: our own reading of the harness

const code = `
  @group(1) @binding(0) var<storage, read_write> other: array<f32>;
  @group(0) @binding(0) var<storage, read_write> weights: array<f32>;
  @group(0) @binding(1) var<storage, read_write> means: array<f32>;
  @group(0) @binding(2) var<storage, read_write> covariances: array<f32>;
  @compute @workgroup_size(1) fn main() { weights[0] = other[0]; means[0] = 0; covariances[0] = 0; }`;

export default () => ({ passes: [{ code, bindings: ["weights", "means", "covariances"], workgroups: [1] }] });
