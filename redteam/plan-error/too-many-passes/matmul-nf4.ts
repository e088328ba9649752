// Row 4: more passes than a plan may have.
// From: our own reading of the harness

export default () => ({
  passes: Array.from({ length: 4097 }, () => ({
    code: "@compute @workgroup_size(1) fn main() {}",
    bindings: ["out"],
    workgroups: [1],
  })),
});
