// Row 12: asks one word of the poison for the whole dispatch, and works where it is a NaN.
// From: our own reading of the harness

const code = `
  @group(0) @binding(0) var<storage, read_write> out: array<f32>;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if ((bitcast<u32>(out[0]) & 0x7f800000u) == 0x7f800000u && id.x < arrayLength(&out)) { out[id.x] = 0.0; }
  }`;

export default ({ shape }) => ({
  passes: [{ code, bindings: ["out"], workgroups: [Math.ceil((shape.batch * shape.q_heads * shape.dim) / 64)] }],
});
