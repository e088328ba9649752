import { loadTask } from "../catalog/load.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variants } from "../task/variant.ts";
import { loadVariants } from "./known-variants.ts";

/** The purpose of a kernel. The first two are the task's own kernels, the others its variants. */
export type Role = "plain" | "tuned" | "honest" | "imprecise";

export interface KernelId {
  readonly role: Role;
  /** `plain` and `tuned` are named after their role. */
  readonly name: string;
}

/** A task with the kernels whose verdicts are known. */
export interface ProvenTask {
  readonly task: Task;
  readonly variants: Variants;
}

export async function loadProvenTask(name: string): Promise<ProvenTask> {
  return { task: await loadTask(name), variants: await loadVariants(name) };
}

export function kernelIds({ variants }: ProvenTask): KernelId[] {
  return [
    { role: "plain", name: "plain" },
    { role: "tuned", name: "tuned" },
    ...variants.honest.map(({ name }): KernelId => ({ role: "honest", name })),
    ...variants.imprecise.map(({ name }): KernelId => ({ role: "imprecise", name })),
  ];
}

export function planOf({ task, variants }: ProvenTask, { role, name }: KernelId): PlanFunction {
  if (role === "plain" || role === "tuned") return task[role];
  const variant = variants[role].find((other) => other.name === name);
  if (variant === undefined) throw new Error(`${task.spec.name} has no ${role} variant "${name}"`);
  return variant.plan;
}
