import { build } from "esbuild";
import { taskFolder } from "../../catalog/load.ts";
import { type Entry, entry } from "./entry.ts";

/** The plain and the tuned kernel of a task, each as a submission. */
export function builtInKernels(task: string): Promise<Entry[]> {
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
