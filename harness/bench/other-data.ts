import type { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import type { Program } from "../gpu/program.ts";
import { judgeCase } from "../judge/judge-case.ts";
import { judgedCase } from "../judge/judged-case.ts";
import { makeReference } from "../judge/reference.ts";
import { otherKinds } from "../measure/input-sets.ts";
import type { MeasuredShape } from "../measure/shapes.ts";
import type { Refusal } from "../results/case-result.ts";
import type { Case } from "../task/case.ts";
import type { DeviceContext } from "../task/plan.ts";
import type { Task } from "../task/task.ts";

/**
 * The measured shapes are published: a plan for only these could omit steps that only some data needs, such as the
 * maximum of a softmax, and not every kind is among the timed input sets. So it must be correct on all of them first.
 *
 * @returns one case for each kind of data in the task's cases, except `plain`
 */
export function otherDataCases(task: Task, { name, shape, params }: MeasuredShape): Case[] {
  const about = { task: task.spec.name, shape, params, group: `measured ${name}` };
  return otherKinds(task).map((data, index) => ({ ...about, index, data }));
}

/** Judges a compiled plan once on such a case. Undefined if it is correct. */
export async function judgeOnOtherData(
  device: Device,
  context: DeviceContext,
  task: Task,
  program: Program,
  one: Case,
  { seed, random }: { readonly seed: string; readonly random: Random },
): Promise<Refusal | undefined> {
  const reference = await makeReference(device, context, task, one, `${seed} other data`);
  const judgement = await judgeCase(device, task, program, reference, random, ["nan"]);
  if (judgement.verdict === "accepted") return undefined;
  const { verdict, message, evidence } = judgedCase(one, judgement);
  return { verdict, message: `Wrong on ${one.data} data of the measured shape: ${message}`, evidence };
}
