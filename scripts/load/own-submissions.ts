import { readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { KnownSubmission } from "../redteam/corpus.ts";
import { bundleKernel } from "../redteam/made.ts";

/** Kernels that give each row a workgroup with barriers, which software adapters are slowest with. */
export function barrierKernels(): Promise<KnownSubmission[]> {
  return modulesIn(join(packageRoot(), "scripts", "load", "barriers"), "barriers");
}

/** What lies in `submissions/`. Only whether its verdict is the same under load matters here. */
export async function examples(): Promise<KnownSubmission[]> {
  const root = join(packageRoot(), "submissions");
  const candidates = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return (await Promise.all(candidates.map(({ name }) => modulesIn(join(root, name), `example-${name}`)))).flat();
}

function modulesIn(folder: string, candidate: string): Promise<KnownSubmission[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.map(async (file) => ({
      ...{ candidate, task: file.replace(/\.ts$/, ""), verdict: "accepted", row: null, about: "", extension: ".js" },
      ...{ isMeasured: false, isWrongEverywhere: false },
      source: await bundleKernel(join(folder, file), "default as plan", "plan"),
    })),
  );
}
