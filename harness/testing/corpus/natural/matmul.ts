// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./matmul.wgsl";

const TILE = 16;

export default function plan({ shape: { m, n, k } }: PlanContext<"matmul">): Plan<"matmul"> {
  const constants = { M: m, N: n, K: k };
  const workgroups = [Math.ceil(n / TILE), Math.ceil(m / TILE)];
  return { passes: [{ code, constants, bindings: ["a", "b", "c"], workgroups }] };
}
