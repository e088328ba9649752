import { type Entry, entry } from "./entry.ts";

/** The plain and the tuned kernel of a task, each as a submission. */
export function builtInKernels(task: string): Entry[] {
  const shared = { corpus: "built-in kernels", task, expect: "accepted" } as const;
  return (["plain", "tuned"] as const).map((of) =>
    entry({ ...shared, file: `kernels/*/${task}/task.ts`, name: of, idea: `is the ${of} kernel.`, of }),
  );
}
