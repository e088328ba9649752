// `npm run bench:checks [-- task …]`: times `kernelmark check` of every task's plain kernel: alone, and repeated by a
// judging service that knows the references.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "d3-array";
import { execa } from "execa";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { withJudging } from "../../harness/run/with-judging.ts";
import { readSingle } from "../../harness/submission/read.ts";
import { builtInKernels } from "../../harness/testing/corpus/built-in-kernels.ts";
import { writeSubmission } from "../../harness/testing/corpus/submission.ts";
import { markdownTable } from "../proofs/table.ts";

const RUNS = 3;
const named = process.argv.slice(2);
const adapter = await findAdapter();
const folder = mkdtempSync(join(tmpdir(), "kernelmark-checks-"));
const rows: string[][] = [];
try {
  for (const task of named.length > 0 ? named : taskNames()) {
    const [plain] = builtInKernels(task);
    await writeSubmission(folder, plain!);
    const file = join(folder, "plain", `${task}.js`);
    const [alone, repeated] = [await aloneMs(file), await repeatedMs(file, task)];
    rows.push([task, ...[alone, repeated].map((ms) => `${(ms / 1000).toFixed(2)} s`)]);
    console.log(rows.at(-1)!.join("  "));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  `\n${cpus().length} processors, Node ${process.versions.node}, ${adapter.description}; medians of ${RUNS}\n`,
);
console.log(markdownTable(["task", "alone", "repeated"], rows));

/** Of the whole command, with its start. */
async function aloneMs(file: string): Promise<number> {
  const command = join(packageRoot(), "bin/kernelmark.js");
  return medianMs(() => execa(process.execPath, [command, "check", file, "--seed", "checks"]));
}

/** Of a submission in a class, after the first. */
async function repeatedMs(file: string, task: string): Promise<number> {
  const submission = await readSingle(file, task);
  return withJudging({ adapter, seed: "checks", isIsolated: false }, async (judging) => {
    await judging.judge(submission);
    return medianMs(() => judging.judge(submission));
  });
}

async function medianMs(action: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now();
    await action();
    times.push(performance.now() - startMs);
  }
  return median(times)!;
}
