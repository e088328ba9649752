import { loadTask } from "../catalog/load.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variant, Variants } from "../task/variant.ts";
import { loadVariants } from "./known-variants.ts";

/** The purpose of a kernel. The first three are the task's own kernels, the others its variants. */
export type Role = "plain" | "tuned" | "starter" | "honest" | "imprecise" | "wrong" | "limited";

export interface KernelId {
  readonly role: Role;
  /** `plain`, `tuned` and `starter` are named after their role. */
  readonly name: string;
  /** Of a wrong variant. */
  readonly mistake?: string;
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
    ...OWN.map((role) => ({ role, name: role })),
    ...VARIANTS.flatMap((role) => (variants[role] ?? []).map((variant) => idOf(role, variant))),
  ];
}

function idOf(role: Role, { name, ...variant }: Variant & { readonly mistake?: string }): KernelId {
  return variant.mistake === undefined ? { role, name } : { role, name, mistake: variant.mistake };
}

const OWN = ["plain", "tuned", "starter"] as const;
const VARIANTS = ["honest", "imprecise", "wrong", "limited"] as const;

/** Whether a kernel must be accepted. */
export function isHonest({ role }: KernelId): boolean {
  return role === "plain" || role === "tuned" || role === "honest";
}

export function planOf({ task, variants }: ProvenTask, { role, name }: KernelId): PlanFunction {
  if (role === "plain" || role === "tuned") return task[role];
  if (role === "starter") return task.starter.plan;
  const variant = variants[role]?.find((other) => other.name === name);
  if (variant === undefined) throw new Error(`${task.spec.name} has no ${role} variant "${name}"`);
  return variant.plan;
}
