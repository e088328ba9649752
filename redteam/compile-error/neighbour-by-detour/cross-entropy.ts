// Row 3: leaves its folder by way of a folder of its own.
// From: our own reading of the harness

import code from "./kernels/../../replay-scratch/softmax.ts";

export default () => ({ passes: [{ code, bindings: ["loss"], workgroups: [1] }] });
