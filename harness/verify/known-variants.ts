import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { addedTasks } from "../catalog/added-tasks.ts";
import { loadTask, taskFolder } from "../catalog/load.ts";
import { codeRoot, runsFromDist } from "../files/package-root.ts";
import { editedPlan } from "../task/edits.ts";
import type { Task } from "../task/task.ts";
import type { Variant, Variants, WrittenVariant, WrittenVariants } from "../task/variant.ts";
import { generatedVariants } from "./generated-variants.ts";

/** A task's variants: generated from its kernels, and written in its folder. */
export async function loadVariants(name: string): Promise<Variants> {
  const task = await loadTask(name);
  const written = await writtenVariants(name);
  const generated = generatedVariants(task);
  const { unseen = {} } = written;
  const stale = Object.keys(unseen).find((one) => !generated.imprecise.some((variant) => variant.name === one));
  if (stale !== undefined) throw new Error(`variants.ts of ${name}: no generated variant is named "${stale}"`);
  const both = (sort: "honest" | "imprecise" | "limited") => [
    ...(generated[sort] ?? []),
    ...(written[sort] ?? []).map((variant) => withPlan(task, variant)),
  ];
  return {
    honest: both("honest"),
    imprecise: both("imprecise").filter((variant) => !(variant.name in unseen)),
    wrong: generated.wrong,
    limited: both("limited"),
  };
}

function withPlan(task: Task, variant: WrittenVariant): Variant {
  return "plan" in variant ? variant : { ...variant, plan: editedPlan(task.plain, ...variant.edits) };
}

/** The exports of a task's `variants.ts`; empty without one. */
export async function writtenVariants(task: string): Promise<WrittenVariants> {
  if (!hasWrittenVariants(task)) return { honest: [] };
  return (await import(/* @vite-ignore */ pathToFileURL(variantsPath(task)).href)).variants;
}

/** The module of a task's written variants. */
export function variantsPath(task: string): string {
  const family = basename(dirname(taskFolder(task)));
  return join(codeRoot(), "kernels", family, task, `variants.${runsFromDist() ? "js" : "ts"}`);
}

/** Added tasks have none, and their folders are out of reach for workers. */
export function hasWrittenVariants(task: string): boolean {
  return !addedTasks().some(({ name }) => name === task) && existsSync(join(taskFolder(task), "variants.ts"));
}
