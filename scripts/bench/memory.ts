// `npm run bench:memory`: the peak memory of the commands that read or write a large class's run. Prints every figure
// with its target, and exits with 1 if one is missed. `-- <folder>` keeps the run in that folder for another time.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { loadTasks } from "../../harness/catalog/load.ts";
import { makeFolder } from "../../harness/files/make-folder.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Results } from "../../harness/results/results.ts";
import { RunLog } from "../../harness/run/attempt-log.ts";
import { writeResults } from "../../harness/run/results-file.ts";
import { rememberInputs } from "../../harness/run/run-inputs.ts";
import { largeRun } from "./large-run.ts";

const CANDIDATES = 500;
const TASKS = 12;
const MOST_MEGABYTES = 200;

const kept = process.argv[2];
const folder = kept === undefined ? await mkdtemp(join(tmpdir(), "kernelmark-bench-")) : resolve(kept);
try {
  const run = join(folder, "run");
  if (!existsSync(run)) await writeRun(run, join(folder, "submissions"));
  const out = join(folder, "out");
  await row("report --format marks", ["report", run, "--out", out, "--format", "marks"]);
  await row("report --format similar", ["report", run, "--out", out, "--format", "similar"]);
  await row("report, all of them", ["report", run, "--out", out]);
  await row("compare with itself", ["compare", run, run]);
  await row("grade --resume, all reports", ["grade", "--resume", run, "--no-measure"]);
} finally {
  if (kept === undefined) await rm(folder, { recursive: true, force: true });
}

/** Writes a run as `grade` does, and the submissions that it judged, for --resume. */
async function writeRun(run: string, submissions: string): Promise<void> {
  const { environment: _, ...adapter } = await findAdapter();
  const results: Results = { ...largeRun((await loadTasks()).slice(0, TASKS), CANDIDATES), adapter };
  for (const { candidate, files, cases } of results.attempts) {
    // Those that were never run would be bundled again, to compare their hashes.
    if (cases.length === 0) continue;
    for (const { name, text } of files) {
      const path = join(submissions, candidate, name);
      await makeFolder(dirname(path));
      await writeFile(path, text);
    }
  }
  await makeFolder(run);
  const log = await RunLog.open(run);
  await Promise.all(results.attempts.map((attempt) => log.add(attempt)));
  await log.close();
  const inputs = await rememberInputs({ submissions }, run);
  await writeResults({ ...results, inputs, builtInCode: [] }, run);
}

async function row(what: string, command: readonly string[]): Promise<void> {
  const peak = join(folder, "peak");
  const startMs = performance.now();
  await execa(process.execPath, [join(packageRoot(), "bin/kernelmark.js"), ...command], {
    env: {
      NODE_OPTIONS: `--import=${pathToFileURL(join(packageRoot(), "scripts/bench/peak-memory.js")).href}`,
      PEAK_MEMORY_FILE: peak,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const seconds = (performance.now() - startMs) / 1000;
  const megabytes = Number(await readFile(peak, "utf8")) / 1e6;
  console.log(
    `${what.padEnd(28)} ${megabytes.toFixed(0).padStart(6)} MB  at most ${MOST_MEGABYTES}   ${seconds.toFixed(0).padStart(4)} s`,
  );
  if (megabytes > MOST_MEGABYTES) process.exitCode = 1;
}
