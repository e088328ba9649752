// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import gates from "./lstm-cell-gates.wgsl";
import state from "./lstm-cell-state.wgsl";

const LANES = 64;
const ACROSS = 1024;

export default function plan({ shape: { batch, inputs, hidden } }: PlanContext<"lstm-cell">): Plan<"lstm-cell", "z"> {
  const constants = { BATCH: batch, INPUTS: inputs, HIDDEN: hidden };
  const groups = (invocations: number) => {
    const all = Math.ceil(invocations / LANES);
    return [Math.min(all, ACROSS), Math.ceil(all / ACROSS)];
  };
  return {
    scratch: { z: 16 * batch * hidden },
    passes: [
      {
        code: gates,
        constants,
        bindings: ["x", "h", "w_ih", "w_hh", "b_ih", "b_hh", "z"],
        workgroups: groups(4 * batch * hidden),
      },
      {
        code: state,
        constants: { BATCH: batch, HIDDEN: hidden },
        bindings: ["z", "c", "h_out", "c_out"],
        workgroups: groups(batch * hidden),
      },
    ],
  };
}
