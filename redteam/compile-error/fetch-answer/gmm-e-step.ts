// Row 2: has a server on the network do the work.
// From: the KernelArena field guide

import plan from "https://example.com/plan.js";

export default plan;
