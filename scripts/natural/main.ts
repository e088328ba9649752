import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { naturalKernels } from "../../harness/testing/corpus/corpora.ts";
import { markdownTable } from "../proofs/table.ts";
import type { JudgedMistake } from "./judge.ts";
import { triesOf, withNatural } from "./page.ts";

// Judges the natural mistakes of all tasks, or of those named, and prints what a candidate reads. Without names, it
// writes the totals into docs/proofs.md.
const named = process.argv.slice(2);
const kernels = naturalKernels().filter(({ task }) => named.length === 0 || named.includes(task));
const { environment } = await findAdapter();
const program = join(packageRoot(), "dist/scripts/natural/judge-main.js");

const judged: JudgedMistake[] = [];
for (const { task } of kernels) {
  const { stdout } = await execa(process.execPath, [program, task], { env: environment, stderr: "inherit" });
  // Above it are Dawn's warnings, which it prints itself.
  judged.push(...(JSON.parse(stdout.split("\n").at(-1)!) as JudgedMistake[]));
}

const rows = judged.map(({ task, name, verdict, outcome, lead }) => [task, name, verdict, outcome, lead]);
process.stdout.write(`${markdownTable(["task", "mistake", "verdict", "names", "first sentence"], rows)}\n`);
if (named.length === 0) {
  const path = join(packageRoot(), "docs/proofs.md");
  writeFileSync(path, withNatural(readFileSync(path, "utf8"), { judged, tries: kernels.map(triesOf) }));
}
if (judged.some(({ outcome }) => outcome === "unread")) {
  process.stderr.write("Read the messages marked `unread`, and describe them by `says` or `shows`.\n");
  process.exitCode = 1;
}
