import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { addedTasks } from "../catalog/added-tasks.ts";
import { taskFolder } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";

/** The entry points of judging; they import everything else. */
const PROGRAMS = ["cli/main.js", "worker/worker-main.js", "worker/reference-main.js", "worker/bundler-main.js"];

/** Packages that affect verdicts. */
const PACKAGES = ["esbuild", "quickjs-emscripten-core", "@jitl/quickjs-wasmfile-release-sync", "webgpu"];

/** As esbuild writes them: `from "./x.js"`, `import "./x.js"`, `import("./x.js")`. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+\.js)"/g;

/**
 * A hash of all built code that judges a task: the harness, the task with its data and built-in kernels, its oracle.
 * The same code gives the same verdicts.
 *
 * @param programs further entry points, in `dist/harness/`
 * @param modules further built modules
 */
export function judgingCodeHash(
  task: string,
  programs: readonly string[] = [],
  modules: readonly string[] = [],
): string {
  const dist = join(packageRoot(), "dist");
  const folder = taskFolder(task);
  const hash = createHash("sha256");
  const seen = new Set<string>();
  const add = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const code = readFileSync(path, "utf8");
    hash.update(`${path.slice(dist.length)} ${code.length}\n`).update(code);
    for (const [, imported] of code.matchAll(IMPORT)) add(resolve(dirname(path), imported!));
  };
  for (const program of [...PROGRAMS, ...programs]) add(join(dist, "harness", program));
  for (const module of modules) add(module);
  const added = addedTasks().find(({ name }) => name === task);
  if (added === undefined) add(join(dist, "kernels", basename(dirname(folder)), task, "task.js"));
  else {
    add(join(dist, "harness/task/authoring.js"));
    hash.update(readFileSync(added.script));
  }
  for (const name of PACKAGES) hash.update(`${name} ${versionOf(name)}\n`);
  return hash.digest("hex");
}

/** Some packages do not export their package.json, so it is found from their entry point. */
function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = join("node_modules", name);
  const path = join(entry.slice(0, entry.lastIndexOf(folder)), folder, "package.json");
  return JSON.parse(readFileSync(path, "utf8")).version;
}
