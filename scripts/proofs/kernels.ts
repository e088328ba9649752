import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadTask, taskFolder } from "../../harness/catalog/load.ts";
import { codeRoot, runsFromDist } from "../../harness/files/package-root.ts";
import { generatedVariants } from "../../harness/task/generated-variants.ts";
import type { PlanFunction } from "../../harness/task/plan.ts";
import type { Task } from "../../harness/task/task.ts";
import type { Variants } from "../../harness/task/variant.ts";

/** What a kernel is kept for. The first two are the task's own, the others its variants. */
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
  const task = await loadTask(name);
  const folder = taskFolder(name);
  if (!existsSync(join(folder, "variants.ts"))) {
    if (task.mistaken !== undefined) return { task, variants: generatedVariants(task) };
    throw new Error(`The task "${name}" has no variants.ts: write one, with that of softmax as the example.`);
  }
  const path = join(codeRoot(), "kernels", basename(dirname(folder)), name, `variants.${runsFromDist() ? "js" : "ts"}`);
  const { variants } = await import(/* @vite-ignore */ pathToFileURL(path).href);
  return { task, variants };
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
