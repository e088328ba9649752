// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./gelu.wgsl";

/** Workgroups of a dispatch; each invocation takes every so many elements. */
const MOST_GROUPS = 1024;

export default function plan({ shape: { size } }: PlanContext<"gelu">): Plan<"gelu"> {
  const groups = Math.min(MOST_GROUPS, Math.ceil(size / 128));
  return { passes: [{ code, constants: { SIZE: size }, bindings: ["x", "y"], workgroups: [groups] }] };
}
