import { spread } from "../../../harness/task/one-pass.ts";
import type { DeviceContext, Pass } from "../../../harness/task/plan.ts";
import type { Shape } from "../../../reference/oracle.ts";
import code from "./errors.wgsl";

export type Names = "n" | "inputs" | "hidden" | "outputs";

const WORKGROUP_SIZE = 64;

export const scratchOf = ({ n, hidden, outputs }: Shape<Names>) => ({
  hidden: 4 * n * hidden,
  output_errors: 4 * n * outputs,
  hidden_errors: 4 * n * hidden,
});

/** The passes up to the errors of all units, which the built-in kernels share. */
export function errorPasses({ n, inputs, hidden, outputs }: Shape<Names>, device: DeviceContext): Pass[] {
  const pass = (entryPoint: string, bindings: readonly string[], invocations: number): Pass => ({
    ...{ code, entryPoint, bindings },
    constants: { N: n, INPUTS: inputs, HIDDEN: hidden, OUTPUTS: outputs },
    workgroups: groupsFor(invocations, device),
  });
  return [
    pass("activate", ["x", "w1", "b1", "hidden"], n * hidden),
    pass("compare", ["hidden", "w2", "b2", "y", "output_errors"], n * outputs),
    pass("propagate", ["hidden", "w2", "output_errors", "hidden_errors"], n * hidden),
  ];
}

/** Workgroups of 64 for at least so many invocations. */
export function groupsFor(invocations: number, device: DeviceContext) {
  return spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
}
