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
/** Of all input sets on the GPU, with their outputs: each takes some microseconds to make. */
const MOST_COPIES = 512;

/** The least memory traffic of the function: every input read once, every output written once. */
export function leastBytes({ spec }: Pick<Task, "spec">, shape: Shape): number {
  return [...spec.inputs, ...spec.outputs].reduce((sum, tensor) => sum + bufferBytes(tensor, shape), 0);
}

/** The kinds of data in the task's cases, except `plain`. */
export function otherKinds({ spec }: Pick<Task, "spec">): string[] {
  const kinds = new Set(spec.checks.flatMap(({ data }) => data));
  kinds.delete("plain");
  return [...kinds];
}

/** The sets that a sample takes, one after the other: one of plain data and, if the task has any, one of another kind. */
export function setsPerSample(task: Pick<Task, "spec">): 1 | 2 {
  return otherKinds(task).length > 0 ? 2 : 1;
}

/**
 * How often the input sets, with their outputs, are on the GPU: so often that they exceed the last cache together, and
 * a run finds none of its inputs there.
 *
 * @returns `areCold` is false if it would take too many
 */
export function inputSetCopies(
  setCount: number,
  bytes: number,
): { readonly copies: number; readonly areCold: boolean } {
  const wanted = Math.max(1, Math.ceil(CACHE_BYTES / (setCount * bytes)));
  const copies = Math.min(wanted, Math.floor(MOST_COPIES / setCount));
  return { copies, areCold: copies === wanted };
}

/**
 * Generates problems of one shape, each from its own seed, with references for their outputs. Every second one is of
 * another kind than `plain`, each kind in turn, so that a kernel gains nothing by being fast on easy data only.
 */
export async function drawInputSets(
  device: Device,
  context: DeviceContext,
  task: Task,
  { shape, params }: { readonly shape: Shape; readonly params: Params },
  seed: string,
): Promise<CaseReference[]> {
  const kinds = otherKinds(task);
  const inSample = setsPerSample(task);
  const wanted = Math.min(MOST_SETS, Math.max(FEWEST_SETS, Math.ceil(CACHE_BYTES / leastBytes(task, shape))));
  // With a set too few, plain data would come twice in a row.
  const count = inSample * Math.ceil(wanted / inSample);
  const sets: CaseReference[] = [];
  for (let index = 0; index < count; index++) {
    const data = index % inSample === 0 ? "plain" : kinds[Math.floor(index / inSample) % kinds.length]!;
    const one = { task: task.spec.name, index, shape, params, data, group: "measured" };
    sets.push(await makeReference(device, context, task, one, `${seed} measured`));
  }
  return sets;
}
