// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./rope.wgsl";

const LANES = 32;

export default function plan({ shape: { heads, tokens, dim } }: PlanContext<"rope">): Plan<"rope"> {
  const rows = heads * tokens;
  const across = Math.min(rows, 4096);
  const constants = { ROWS: rows, TOKENS: tokens, HALF: dim / 2 };
  // x: pairs of a row; y and z: rows.
  const workgroups = [Math.ceil(dim / 2 / LANES), across, Math.ceil(rows / across)];
  return { passes: [{ code, constants, bindings: ["x", "cosines", "sines", "y"], workgroups }] };
}
