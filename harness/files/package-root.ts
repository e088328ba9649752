import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder: found by its `package.json`, since bundled code lies at another depth than its source. */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (packageName(folder) === "kernelmark") return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json named "kernelmark" lies above ${start}.`);
  }
}

/** Whether this code was built into `dist/`; false under Vitest, which runs the source. */
export function runsFromDist(): boolean {
  return fileURLToPath(import.meta.url).startsWith(join(packageRoot(), "dist") + sep);
}

/** Where the code that runs has its folders (`harness/`, `kernels/`): `dist/`, or the package's folder itself. */
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
