// Row 3: imports the package that drives the GPU.
// From: our own reading of the harness

import { create } from "webgpu";

export default () => create([]);
