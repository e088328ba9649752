import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder: found by its `package.json`, since built code is at another depth than its source. */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (packageName(folder) === "kernelmark") return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json named "kernelmark" above ${start}.`);
  }
}

/** Whether this code was built into `dist/`; false under Vitest, which runs the source. */
export function runsFromDist(): boolean {
  return fileURLToPath(import.meta.url).startsWith(join(packageRoot(), "dist") + sep);
}

/** The parent of the running code's folders (`harness/`, `kernels/`): `dist/`, or the package's folder. */
export function codeRoot(): string {
  return runsFromDist() ? join(packageRoot(), "dist") : packageRoot();
}

function packageName(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).name;
  } catch {
    return undefined;
  }
}
