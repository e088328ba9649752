// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./ewc-penalty.wgsl";

export default function plan({
  shape: { size },
  params: { lambda },
}: PlanContext<"ewc-penalty">): Plan<"ewc-penalty", "parts"> {
  const groups = Math.min(Math.ceil(size / 128), 512);
  const constants = { SIZE: size, LAMBDA: lambda, GROUPS: groups };
  return {
    scratch: { parts: 4 * groups },
    passes: [
      {
        code,
        entryPoint: "gradients",
        constants,
        bindings: ["theta", "theta_old", "fisher", "grad", "parts"],
        workgroups: [groups],
      },
      { code, entryPoint: "join", constants, bindings: ["penalty", "parts"], workgroups: [1] },
    ],
  };
}
