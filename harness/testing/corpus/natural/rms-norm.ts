// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./rms-norm.wgsl";

const ROWS_TOGETHER = 8;

export default function plan({ shape: { rows, cols }, params: { eps } }: PlanContext<"rms-norm">): Plan<"rms-norm"> {
  const constants = { ROWS: rows, COLS: cols, EPS: eps };
  const workgroups = [Math.ceil(rows / ROWS_TOGETHER)];
  return { passes: [{ code, constants, bindings: ["x", "gamma", "y"], workgroups }] };
}
