import type { Params, Problem, Shape, Tensors } from "../../reference/oracle.ts";
import type { Case } from "./case.ts";
import { ROUNDING } from "./range-faults.ts";
import type { Task } from "./task.ts";

/** A case that a user asks for, in place of the task's own. */
export interface GivenCase {
  readonly shape: Shape;
  readonly params: Params;
  /** One of the task's kinds of data; `GIVEN_DATA` with `inputs`. */
  readonly data: string;
  /** The user's own inputs. */
  readonly inputs?: Tensors;
}

/** The kind of data of the user's own inputs. */
export const GIVEN_DATA = "given";
const GIVEN_GROUP = "your case";

/** The task with a given case as the first of its list. */
export function withGivenCase(task: Task, given: GivenCase | undefined): Task {
  if (given === undefined) return task;
  const { shape, params, data, inputs } = given;
  const own = inputs && { name: GIVEN_DATA, about: "inputs of your own", draw: () => inputs };
  return {
    ...task,
    spec: { ...task.spec, checks: [{ shape, params, group: GIVEN_GROUP, data: [data] }] },
    data: own === undefined ? task.data : [...task.data, own],
  };
}

/** Selects the case of `withGivenCase`, and not the random ones after it. */
export function isGiven({ group }: Case): boolean {
  return group === GIVEN_GROUP;
}

/** A sentence for each declared range that a problem leaves: the task promises nothing about kernels there. */
export function valuesOutOfRange({ spec }: Task, problem: Problem): string[] {
  return spec.ranges.flatMap((range) => {
    const { of, least, most } = range;
    const slack = ROUNDING * Math.max(Math.abs(least), Math.abs(most));
    const outside = Array.from(range.values(problem)).find(
      (value) => !(value >= least - slack && value <= most + slack),
    );
    if (outside === undefined) return [];
    return [
      `${of}: got ${outside}, but the task promises ${least} to ${most}. A correct kernel may fail on this case.`,
    ];
  });
}
