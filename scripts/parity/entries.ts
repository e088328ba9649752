import { taskNames } from "../../harness/catalog/load.ts";
import { builtInKernels } from "../../harness/testing/corpus/built-in-kernels.ts";
import { examples, redteam, specimens, unseenSpecimens, variants } from "../../harness/testing/corpus/corpora.ts";
import type { Entry } from "../../harness/testing/corpus/entry.ts";

/** All kernels that both sides judge: every corpus, and each task's built-in kernels. */
export async function comparedEntries(tasks: readonly string[] = taskNames()): Promise<Entry[]> {
  const kept = [...examples(), ...redteam(), ...specimens(), ...unseenSpecimens()];
  const found: Entry[] = [];
  for (const task of tasks) {
    found.push(...builtInKernels(task), ...kept.filter((one) => one.task === task), ...(await variants(task)));
  }
  return found;
}
