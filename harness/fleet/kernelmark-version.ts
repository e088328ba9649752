import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { addedTasks } from "../catalog/added-tasks.ts";
import { taskFolder, taskNames } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { judgingCodeHash } from "../run/judging-code.ts";

/**
 * `0.1.0 (build 3f2a9c1d)`: the package's version, and a hash of all code that judges, also of the tasks that were added.
 * Two machines with the same give the same verdicts.
 */
export function kernelmarkVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const added = addedTasks();
  const names = new Set(added.map(({ name }) => name));
  const builtIn = taskNames().filter((name) => !names.has(name));
  const hash = createHash("sha256").update(judgingCodeHash(builtIn[0]!, [], builtIn.map(builtModule)));
  for (const { name, script } of added) hash.update(`${name}\n`).update(readFileSync(script));
  const own = added.length === 0 ? "" : `, with the tasks ${[...names].join(", ")}`;
  return `${version} (build ${hash.digest("hex").slice(0, 8)}${own})`;
}

function builtModule(task: string): string {
  const family = basename(dirname(taskFolder(task)));
  return join(packageRoot(), "dist", "kernels", family, task, "task.js");
}
