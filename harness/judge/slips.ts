import { range } from "d3-array";
import { slipsOf } from "../mutation/slips.ts";
import { planSources } from "../task/one-pass.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";

/** The plain kernel with a small change that people make by mistake. */
export interface Slip {
  /** As a file name: `slip-17`. */
  readonly name: string;
  /** The line of the plain kernel. */
  readonly before: string;
  /** The change, such as `"<" became "<="`. */
  readonly change: string;
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
  const modules = planSources(spec, plain).map((source) => slipsOf(source).map((mutant) => ({ source, mutant })));
  const longest = Math.max(...modules.map(({ length }) => length));
  const changed = range(longest).flatMap((turn) => modules.flatMap((own) => own.slice(turn, turn + 1)));
  return changed.slice(0, MOST_SLIPS).map(({ source, mutant }, index) => ({
    name: `slip-${index + 1}`,
    before: mutant.before,
    change: mutant.change,
    plan: (context) => {
      const plan = plain(context);
      const passes = plan.passes.map((pass) => (pass.code === source ? { ...pass, code: mutant.code } : pass));
      return { ...plan, passes };
    },
  }));
}

/** The plan function of the plain kernel with a change: one of the task's mistakes, or a slip. */
export function changedPlanOf(task: Task, name: string): PlanFunction | undefined {
  return Object.hasOwn(task.mistaken, name) ? task.mistaken[name] : slipsOfTask(task).get(name)?.plan;
}
