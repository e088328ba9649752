import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { TaskProof } from "../../harness/verify/task-proof.ts";
import { withProofs } from "./page.ts";

// Verifies every task, and writes the figures into docs/proofs.md. Options are those of `kernelmark verify`.
const program = join(packageRoot(), "bin/kernelmark.js");
const options = ["verify", "--all", "--json", ...process.argv.slice(2)];
const { stdout, exitCode } = await execa(process.execPath, [program, ...options], {
  reject: false,
  stderr: "inherit",
  maxBuffer: 1e9,
});
if (stdout.startsWith("{")) {
  const path = join(packageRoot(), "docs/proofs.md");
  const proofs: { adapter: string; seed: string; tasks: TaskProof[] } = JSON.parse(stdout);
  writeFileSync(path, withProofs(readFileSync(path, "utf8"), { ...proofs, date: new Date() }));
}
process.exitCode = exitCode ?? 1;
