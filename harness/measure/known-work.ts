import type { Shape } from "../../reference/oracle.ts";
import type { Plan } from "../task/plan.ts";
import code from "./known-work.wgsl";

/** The task that the kernel of known work solves. */
export const KNOWN_WORK_TASK = "softmax";

/** The most rows of a workgroup; otherwise, a workgroup does a hundredth of the work. */
const LARGEST_WORKGROUP = 64;

/**
 * A plan for softmax that does a share of its work twice, to show that measuring finds how much slower that is. The
 * same pipeline repeats it in the same dispatch: another dispatch has its own costs, and another pipeline is elsewhere
 * in memory, which alone can make a kernel of a millisecond half a percent slower.
 *
 * @param repeatedShare 0.05 for one workgroup in twenty
 */
export function knownWork({ rows, cols }: Shape<"rows" | "cols">, repeatedShare: number): Plan {
  const workgroupSize = Math.min(LARGEST_WORKGROUP, Math.max(1, Math.floor(rows / 100)));
  const workgroups = Math.ceil(rows / workgroupSize);
  const constants = { ROWS: rows, COLS: cols, WORKGROUP_SIZE: workgroupSize };
  const repeated = Math.round(workgroups * repeatedShare);
  return { passes: [{ code, constants, bindings: ["x", "y"], workgroups: [workgroups + repeated] }] };
}
