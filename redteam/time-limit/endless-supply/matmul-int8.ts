// Row 6: four thousand million workgroups that return at once.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read_write> out: array<f32>;
  @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { if (id.x == 9u) { out[0] = f32(id.y); } }`;

export default () => ({ passes: [{ code, bindings: ["out"], workgroups: [65535, 65535] }] });
