// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./mse-loss.wgsl";

const LANES = 128;
const MOST_GROUPS = 256;

export default function plan({ shape: { size } }: PlanContext<"mse-loss">): Plan<"mse-loss", "parts"> {
  const groups = Math.min(MOST_GROUPS, Math.ceil(size / LANES));
  const constants = { SIZE: size, GROUPS: groups };
  return {
    scratch: { parts: 4 * groups },
    passes: [
      { code, entryPoint: "square", constants, bindings: ["prediction", "target", "parts"], workgroups: [groups] },
      { code, entryPoint: "finish", constants, bindings: ["parts", "loss"], workgroups: [1] },
    ],
  };
}
