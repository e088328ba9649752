import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { addedTasks } from "../catalog/added-tasks.ts";
import { loadTask, taskFolder } from "../catalog/load.ts";
import { codeRoot, runsFromDist } from "../files/package-root.ts";
import type { Variants } from "../task/variant.ts";
import { generatedVariants } from "./generated-variants.ts";

/** A task's variants: written by hand in its folder, or generated if its kernels are composed. */
export async function loadVariants(task: string): Promise<Variants> {
  const folder = taskFolder(task);
  if (!hasWrittenVariants(task)) return generatedVariants(await loadTask(task));
  const path = join(codeRoot(), "kernels", basename(dirname(folder)), task, `variants.${runsFromDist() ? "js" : "ts"}`);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)).variants;
}

/** Added tasks have none, and their folders are out of reach for workers. */
export function hasWrittenVariants(task: string): boolean {
  return !addedTasks().some(({ name }) => name === task) && existsSync(join(taskFolder(task), "variants.ts"));
}
