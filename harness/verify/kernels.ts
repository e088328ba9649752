import { loadTask } from "../catalog/load.ts";
import { onDeviceKind } from "../task/by-device-kind.ts";
import type { PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variant, Variants } from "../task/variant.ts";
import { loadVariants } from "./known-variants.ts";
import { TUNED_NAMES, tunedKernels } from "./tuned-kernels.ts";

/** The purpose of a kernel. The first three are the task's own kernels, the others its variants. */
export type Role = "plain" | "tuned" | "starter" | "honest" | "imprecise" | "wrong" | "limited";

export interface KernelId {
  readonly role: Role;
  /** `plain`, `tuned` and `starter` are named after their role, except the tuned kernel of GPUs. */
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

/** The plain kernel and the tuned ones. */
export function builtInKernelIds(task: Task): KernelId[] {
  return [
    { role: "plain", name: "plain" },
    ...tunedKernels(task).map(({ name }): KernelId => ({ role: "tuned", name })),
  ];
}

export function kernelIds({ task, variants }: ProvenTask): KernelId[] {
  return [
    ...builtInKernelIds(task),
    { role: "starter", name: "starter" },
    ...VARIANTS.flatMap((role) => (variants[role] ?? []).map((variant) => idOf(role, variant))),
  ];
}

function idOf(role: Role, { name, ...variant }: Variant & { readonly mistake?: string }): KernelId {
  return variant.mistake === undefined ? { role, name } : { role, name, mistake: variant.mistake };
}

const VARIANTS = ["honest", "imprecise", "wrong", "limited"] as const;

/** Whether a kernel must be accepted. */
export function isHonest({ role }: KernelId): boolean {
  return role === "plain" || role === "tuned" || role === "honest";
}

export function planOf({ task, variants }: ProvenTask, { role, name }: KernelId): PlanFunction {
  if (role === "plain") return task.plain;
  if (role === "tuned") return onDeviceKind(name === TUNED_NAMES.hardware ? "hardware" : "software", task.tuned);
  if (role === "starter") return task.starter.plan;
  const variant = variants[role]?.find((other) => other.name === name);
  if (variant === undefined) throw new Error(`${task.spec.name} has no ${role} variant "${name}"`);
  return variant.plan;
}
