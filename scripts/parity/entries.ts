import { build } from "esbuild";
import { taskFolder, taskNames } from "../../harness/catalog/load.ts";
import { examples, redteam, specimens, unseenSpecimens, variants } from "../../harness/testing/corpus/corpora.ts";
import { type Entry, entry } from "../../harness/testing/corpus/entry.ts";

/** All kernels that both sides judge: every corpus, and each task's built-in kernels. */
export async function comparedEntries(tasks: readonly string[] = taskNames()): Promise<Entry[]> {
  const kept = [...examples(), ...redteam(), ...specimens(), ...unseenSpecimens()];
  const found: Entry[] = [];
  for (const task of tasks) {
    found.push(...(await builtIn(task)), ...kept.filter((one) => one.task === task), ...(await variants(task)));
  }
  return found;
}

async function builtIn(task: string): Promise<Entry[]> {
  const shared = { corpus: "built-in kernels", task, expect: "accepted" } as const;
  const entries = (["plain", "tuned"] as const).map(async (of) => {
    const files = { [`${task}.ts`]: await moduleOf(task, of) };
    return entry({ ...shared, file: `kernels/*/${task}/task.ts`, name: of, idea: `is the ${of} kernel.`, files });
  });
  return Promise.all(entries);
}

/** One of a task's plan functions as a module of its own. */
async function moduleOf(task: string, of: "plain" | "tuned"): Promise<string> {
  const contents = `import task from "./task.ts"; export default task.${of};`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: taskFolder(task) },
    ...{ bundle: true, minify: true, format: "esm", platform: "browser", loader: { ".wgsl": "text" }, write: false },
  });
  return outputFiles[0]!.text;
}
