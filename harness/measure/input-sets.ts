import type { Params, Shape } from "../../reference/oracle.ts";
import type { Device } from "../gpu/device.ts";
import { type CaseReference, makeReference } from "../judge/reference.ts";
import { bufferBytes } from "../task/dims.ts";
import type { DeviceContext } from "../task/plan.ts";
import type { Task } from "../task/task.ts";

/** The largest last-level caches of common GPUs are below this (H200: 50 MB, RTX 4090: 72 MB). */
const CACHE_BYTES = 96 * 2 ** 20;
/** Generating and evaluating more sets would take longer than measuring. */
const MOST_SETS = 8;
const FEWEST_SETS = 2;

/** The least memory traffic of the function: every input read once, every output written once. */
export function leastBytes({ spec }: Pick<Task, "spec">, shape: Shape): number {
  return [...spec.inputs, ...spec.outputs].reduce((sum, tensor) => sum + bufferBytes(tensor, shape), 0);
}

/** Enough sets to exceed the cache together, so that a run finds none of its inputs there. */
export function inputSetCount(task: Pick<Task, "spec">, shape: Shape): number {
  return Math.min(MOST_SETS, Math.max(FEWEST_SETS, Math.ceil(CACHE_BYTES / leastBytes(task, shape))));
}

/** Generates problems of one shape, each from its own seed, with references for their outputs. */
export async function drawInputSets(
  device: Device,
  context: DeviceContext,
  task: Task,
  { shape, params }: { readonly shape: Shape; readonly params: Params },
  seed: string,
): Promise<CaseReference[]> {
  const sets: CaseReference[] = [];
  for (let index = 0; index < inputSetCount(task, shape); index++) {
    const one = { task: task.spec.name, index, shape, params, data: "plain", group: "measured" };
    sets.push(await makeReference(device, context, task, one, `${seed} measured`));
  }
  return sets;
}
