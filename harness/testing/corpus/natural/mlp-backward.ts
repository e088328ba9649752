// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import backward from "./mlp-backward-errors.wgsl";
import forward from "./mlp-backward-forward.wgsl";
import gradients from "./mlp-backward-gradients.wgsl";
import loss from "./mlp-backward-loss.wgsl";

const LANES = 64;

export default function plan({ shape }: PlanContext<"mlp-backward">): Plan<"mlp-backward", "a" | "e" | "d"> {
  const { n, inputs, hidden, outputs } = shape;
  const sizes = { N: n, INPUTS: inputs, HIDDEN: hidden, OUTPUTS: outputs };
  const rows = [Math.ceil(n / LANES)];
  const gradient = (
    errors: "e" | "d",
    from: "a" | "x",
    weights: "grad_w1" | "grad_w2",
    biases: "grad_b1" | "grad_b2",
  ) => {
    const constants = { N: n, ROWS: errors === "e" ? outputs : hidden, COLS: from === "a" ? hidden : inputs };
    // One workgroup for each weight, and in the column after the last for each bias.
    const across = constants.COLS + 1;
    return {
      code: gradients,
      constants,
      bindings: [errors, from, weights, biases],
      workgroups: [across, constants.ROWS],
    };
  };
  return {
    scratch: { a: 4 * n * hidden, e: 4 * n * outputs, d: 4 * n * hidden },
    passes: [
      { code: forward, constants: sizes, bindings: ["x", "w1", "b1", "w2", "b2", "y", "a", "e"], workgroups: rows },
      { code: backward, constants: sizes, bindings: ["a", "e", "w2", "d"], workgroups: rows },
      gradient("e", "a", "grad_w2", "grad_b2"),
      gradient("d", "x", "grad_w1", "grad_b1"),
      { code: loss, constants: { COUNT: n * outputs }, bindings: ["e", "loss"], workgroups: [1] },
    ],
  };
}
