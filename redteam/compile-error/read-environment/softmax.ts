// Row 2: reads the environment for tokens.
// From: AgentKernelArena, issue 112

import { env } from "node:process";

export default function plan() {
  return { passes: [{ code: env.HOME, bindings: ["x", "y"], workgroups: [1] }] };
}
