// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./rbf-kernel.wgsl";

export default function plan({ shape: { n, m, d }, params: { gamma } }: PlanContext<"rbf-kernel">): Plan<"rbf-kernel"> {
  const constants = { N: n, M: m, D: d, GAMMA: gamma };
  return {
    passes: [{ code, constants, bindings: ["x", "y", "out"], workgroups: [Math.ceil(m / 16), Math.ceil(n / 16)] }],
  };
}
