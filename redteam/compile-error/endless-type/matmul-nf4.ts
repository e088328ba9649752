// Row 7: a type that holds itself, to send the compiler round in circles.
// From: our own reading of the harness

const code = `
  struct Node { value: f32, next: Node }
  @group(0) @binding(0) var<storage, read_write> out: array<Node>;
  @compute @workgroup_size(1) fn main() { out[0].value = 1.0; }`;

export default () => ({ passes: [{ code, bindings: ["out"], workgroups: [1] }] });
