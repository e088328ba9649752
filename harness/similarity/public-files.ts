import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadTask, taskFolder, taskNames } from "../catalog/load.ts";
import type { SubmittedFile } from "../results/attempt.ts";

/** The files that every candidate may read: the task's starter and built-in kernels. Empty for an unknown task. */
export async function publicFiles(task: string): Promise<SubmittedFile[]> {
  if (!taskNames().includes(task)) return [];
  const folder = taskFolder(task);
  const names = (await readdir(folder)).filter((name) => /\.wgsl$|^(plain|tuned)\.ts$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
  );
  const { starter } = await loadTask(task);
  return [...files, { name: "starter.ts", text: starter.module }, { name: "starter.wgsl", text: starter.kernel }];
}
