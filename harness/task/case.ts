import type { Params, Problem, Shape } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { sizesText } from "../text/f32-text.ts";
import { elementCount } from "./dims.ts";
import type { Task } from "./task.ts";

/** One shape of a task, its params and a kind of data. With a run's seed it is a problem. */
export interface Case {
  readonly task: string;
  readonly index: number;
  readonly shape: Shape;
  readonly params: Params;
  readonly data: string;
  readonly group: string;
}

/** Random shapes of a run, so that answers and fast paths for the published shapes alone do not pass. */
const DRAWN_SHAPES = 2;
export const DRAWN_GROUP = "drawn shapes";

/** The cases on which a run with this seed checks a task: the published shapes, then random ones. */
export function listCases({ spec }: Task, seed: string): Case[] {
  const cases: Omit<Case, "index">[] = [];
  for (const { shape, params, group, data } of spec.checks) {
    for (const kind of data) cases.push({ task: spec.name, shape, params, data: kind, group });
  }
  for (let drawn = 0; drawn < DRAWN_SHAPES; drawn++) {
    const { shape, params } = spec.drawShape(new Random(seed, spec.name, "shape", drawn));
    cases.push({ task: spec.name, shape, params, data: "plain", group: DRAWN_GROUP });
  }
  return cases.map((one, index) => ({ ...one, index }));
}

/** Generates a case's inputs. The same seed gives the same inputs on every machine. */
export function drawProblem(task: Task, { shape, params, data, index }: Case, seed: string): Problem {
  const kind = task.data.find(({ name }) => name === data);
  if (kind === undefined) throw new Error(`task ${task.spec.name} has no data kind "${data}"`);
  const inputs = kind.draw(new Random(seed, task.spec.name, "inputs", index, data), shape, params);
  return { shape, params, inputs };
}

/** Elements of each output. */
export function outputSizes({ spec }: Task, shape: Shape): Record<string, number> {
  return Object.fromEntries(spec.outputs.map((output) => [output.name, elementCount(output, shape)]));
}

/** The outputs whose elements are integers. */
export function integerOutputs({ spec }: Task): ReadonlySet<string> {
  return new Set(spec.outputs.filter(({ type }) => type !== "f32").map(({ name }) => name));
}

/** `rows=3 cols=5, causal=1, plain` */
export function describeCase({ shape, params, data }: Pick<Case, "shape" | "params" | "data">): string {
  return [sizesText(shape), sizesText(params), data].filter((part) => part !== "").join(", ");
}
