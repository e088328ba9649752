import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadTask, taskFolder, taskNames } from "../catalog/load.ts";
import type { SubmittedFile } from "../results/attempt.ts";

/**
 * The files that every candidate may read: the task's starter and built-in kernels, with the modules that tasks of its
 * family share. Empty for an unknown task.
 */
export async function publicFiles(task: string): Promise<SubmittedFile[]> {
  if (!taskNames().includes(task)) return [];
  return [...(await builtInFiles(task)), ...(await starterFiles(task))];
}

/** The task's built-in kernels, with the modules that tasks of its family share. */
export async function builtInFiles(task: string): Promise<SubmittedFile[]> {
  const folder = taskFolder(task);
  return (await Promise.all([folder, dirname(folder)].map(kernelFiles))).flat();
}

export async function starterFiles(task: string): Promise<SubmittedFile[]> {
  const { starter } = await loadTask(task);
  return [
    { name: "starter.ts", text: starter.module },
    { name: "starter.wgsl", text: starter.kernel },
  ];
}

async function kernelFiles(folder: string): Promise<SubmittedFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.wgsl$|^(plain|tuned)\.ts$/.test(name));
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })));
}
