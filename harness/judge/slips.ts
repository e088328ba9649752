import { slipsOf } from "../mutation/slips.ts";
import { withModule } from "../task/edits.ts";
import { planSources } from "../task/one-pass.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";

/** The plain kernel with a small change that people make by mistake. */
export interface Slip {
  /** As a file name: `slip-17`. */
  readonly name: string;
  /** The changed line of the plain kernel, and the same after the change; empty if it is gone. */
  readonly before: string;
  readonly after: string;
  readonly plan: PlanFunction;
}

const known = new WeakMap<Task, ReadonlyMap<string, Slip>>();

/** A task's slips by name, the same in every process. */
export function slipsOfTask(task: Task): ReadonlyMap<string, Slip> {
  let slips = known.get(task);
  if (slips === undefined) {
    slips = new Map(makeSlips(task).map((slip) => [slip.name, slip]));
    known.set(task, slips);
  }
  return slips;
}

/** Each costs a compilation, once for all submissions with a wrong result on the same case. */
const MOST_SLIPS = 120;

/** The modules take turns, so that each has its commonest slips tried. */
function makeSlips({ spec, plain }: Task): Slip[] {
  const slips: Slip[] = [];
  let left = planSources(spec, plain).map((source) => ({ source, made: slipsOf(source) }));
  while (left.length > 0) {
    left = left.filter(({ source, made }) => {
      const { value, done } = made.next();
      if (done === true || slips.length === MOST_SLIPS) return false;
      const { before, after, code } = value;
      slips.push({
        name: `slip-${slips.length + 1}`,
        before,
        after,
        plan: withModule(plain, source, code),
      });
      return true;
    });
  }
  return slips;
}

/** The plan function of the plain kernel with a change: one of the task's mistakes, or a slip. */
export function changedPlanOf(task: Task, name: string): PlanFunction | undefined {
  return Object.hasOwn(task.mistaken, name) ? task.mistaken[name] : slipsOfTask(task).get(name)?.plan;
}
