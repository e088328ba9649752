// Row 9: writes the loss of a model that knows nothing, log(classes).
// From: KernelBench, issue 165

const code = `
  @group(0) @binding(0) var<storage, read_write> loss: array<f32>;
  override CLASSES: u32;
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < arrayLength(&loss)) { loss[id.x] = log(f32(CLASSES)); }
  }`;

export default ({ shape }) => ({
  passes: [
    { code, constants: { CLASSES: shape.classes }, bindings: ["loss"], workgroups: [Math.ceil(shape.rows / 64)] },
  ],
});
