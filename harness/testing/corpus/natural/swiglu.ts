// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import down from "./swiglu-down.wgsl";
import up from "./swiglu-up.wgsl";

const SIDE = 8;

export default function plan({ shape: { tokens, model, hidden } }: PlanContext<"swiglu">): Plan<"swiglu", "h"> {
  const constants = { TOKENS: tokens, MODEL: model, HIDDEN: hidden };
  const groups = (cols: number) => [Math.ceil(cols / SIDE), Math.ceil(tokens / SIDE)];
  return {
    scratch: { h: 4 * tokens * hidden },
    passes: [
      { code: up, constants, bindings: ["x", "w_gate", "w_up", "h"], workgroups: groups(hidden) },
      { code: down, constants, bindings: ["h", "w_down", "out"], workgroups: groups(model) },
    ],
  };
}
