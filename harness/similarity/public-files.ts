import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadTask, taskFolder, taskNames } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import type { SubmittedFile } from "../results/attempt.ts";
import { readSubmissions } from "./earlier-work.ts";

/** Folders of submissions that come with Kernelmark. */
const EXAMPLES = ["docs/tutorial", "submissions"];

/** The folder of modules that tuned kernels of several families share. */
export const TUNED_MODULES = "software";

/** A submission that comes with Kernelmark. */
export interface Example {
  /** Its folder: `submissions/fast`. */
  readonly name: string;
  readonly files: readonly SubmittedFile[];
}

/**
 * The files that every candidate may read: the task's starter and built-in kernels, with the modules that tasks of its
 * family share, and its examples. Empty for an unknown task.
 */
export async function publicFiles(task: string): Promise<SubmittedFile[]> {
  if (!taskNames().includes(task)) return [];
  const examples = await examplesOf(task);
  return [...(await builtInFiles(task)), ...(await starterFiles(task)), ...examples.flatMap(({ files }) => files)];
}

/** The examples and the steps of the tutorial for a task. */
export async function examplesOf(task: string): Promise<Example[]> {
  const read = await Promise.all(
    EXAMPLES.map(async (folder) => {
      const examples = await readSubmissions(join(packageRoot(), folder), [task]);
      return examples.map(({ candidate, files }) => ({ name: `${folder}/${candidate}`, files }));
    }),
  );
  return read.flat();
}

/** The task's built-in kernels, with the modules that tasks of its family share, and those that families share. */
export async function builtInFiles(task: string): Promise<SubmittedFile[]> {
  const folder = taskFolder(task);
  const own = await Promise.all([folder, dirname(folder)].map(kernelFiles));
  const ofTuned = await kernelFiles(join(packageRoot(), "kernels", TUNED_MODULES));
  return [...own.flat(), ...ofTuned.map(({ name, text }) => ({ name: `${TUNED_MODULES}/${name}`, text }))];
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
