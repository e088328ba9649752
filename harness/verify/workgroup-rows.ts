import { sum } from "d3-array";
import type { Params, Shape } from "../../reference/oracle.ts";
import { type Case, outputSizes } from "../task/case.ts";
import { elementCount } from "../task/dims.ts";
import type { Plan } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { RowsOfWorkgroups } from "./survivor-rules.ts";

/** Sizes grow by this factor, so many times: from 1 beyond what a buffer can hold. */
const GROWTH = { factor: 2, steps: 28 };

/**
 * Finds the rows of workgroups that the passes of a module dispatch: in the cases, and in the smallest problems that
 * need several, by growing one size of each case at a time.
 */
export function rowsOfWorkgroups(
  task: Task,
  cases: readonly Case[],
  plans: (shape: Shape, params: Params) => Plan,
  module: string,
): RowsOfWorkgroups {
  const rows = (shape: Shape, params: Params) =>
    Math.max(
      0,
      ...plans(shape, params).passes.map(({ code, workgroups }) => {
        if (code !== module) return 0;
        return "indirect" in workgroups ? Number.POSITIVE_INFINITY : (workgroups[1] ?? 1);
      }),
    );
  const most = Math.max(...cases.map(({ shape, params }) => rows(shape, params)));
  let elementsForMore = Number.POSITIVE_INFINITY;
  for (const { shape, params } of cases) {
    for (const axis of Object.keys(shape)) {
      for (let step = 1; step <= GROWTH.steps; step++) {
        const grown = { ...shape, [axis]: shape[axis]! * GROWTH.factor ** step };
        const elements = elementsOf(task, grown, plans(grown, params));
        if (elements >= elementsForMore) break;
        if (rows(grown, params) > 1) elementsForMore = elements;
      }
    }
  }
  return { most, elementsForMore };
}

/** Elements of all tensors and of the plan's scratch. */
function elementsOf(task: Task, shape: Shape, { scratch = {} }: Plan): number {
  const inputs = task.spec.inputs.map((tensor) => elementCount(tensor, shape));
  const scratchElements = Object.values(scratch).map((bytes) => bytes / 4);
  return sum([...inputs, ...Object.values(outputSizes(task, shape)), ...scratchElements]);
}
