import type { Task } from "../../task/task.ts";

/** Loads a task. The build makes a chunk of each `task.ts` that this pattern matches. */
export async function loadTask(family: string, name: string): Promise<Task> {
  const module = await import(`../../../kernels/${family}/${name}/task.ts`);
  return module.default as Task;
}
