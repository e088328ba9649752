// Row 4: a plan of 8 MiB, made of one string.
// From: our own reading of the harness

export default () => ({ passes: [{ code: "/".repeat(2 ** 23), bindings: ["out"], workgroups: [1] }] });
