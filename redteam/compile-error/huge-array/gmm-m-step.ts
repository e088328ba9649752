// Row 7: an array of 4 MiB for each invocation, to overflow a driver's stack.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read_write> weights: array<f32>;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    var hoard: array<f32, 1048576>;
    hoard[id.x * 977u] = 1.0;
    weights[0] = hoard[id.x];
  }`;

export default () => ({
  passes: [
    { code, bindings: ["weights"], workgroups: [1] },
    { code, bindings: ["means"], workgroups: [1] },
    { code, bindings: ["covariances"], workgroups: [1] },
  ],
});
