import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"n" | "d", "iterations"> = ({ shape: { n, d }, params: { iterations } }) => {
  const pass = (entryPoint: string, bindings: readonly string[], invocations: number): Pass => ({
    ...{ code, entryPoint, bindings },
    constants: { N: n, D: d },
    workgroups: [Math.ceil(invocations / WORKGROUP_SIZE)],
  });
  const rounds = Array.from({ length: iterations }, (_, round) => [
    pass("multiply", ["covariance", round === 0 ? "start" : "component", "product"], d),
    pass("normalise", ["product", "component"], d),
  ]);
  return {
    scratch: { product: 4 * d },
    passes: [
      pass("average", ["x", "mean"], d),
      pass("covary", ["x", "mean", "covariance"], d * d),
      ...rounds.flat(),
      pass("measure", ["covariance", "component", "eigenvalue"], 1),
    ],
  };
};
