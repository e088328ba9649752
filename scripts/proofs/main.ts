import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { mergedProofs, type ProofDocument, withProofs } from "./page.ts";

// Verifies every task, and writes the figures into docs/proofs.md. Options are those of `kernelmark verify`. With `--page`,
// it only writes the figures of proofs that were made before: `npm run proofs -- --page one.json other.json`.
const PAGE = join(packageRoot(), "docs/proofs.md");

function writePage(proofs: ProofDocument): void {
  writeFileSync(PAGE, withProofs(readFileSync(PAGE, "utf8"), { ...proofs, date: new Date() }));
}

const [first, ...files] = process.argv.slice(2);
if (first === "--page" && files.length > 0) {
  const documents = files.map((file): ProofDocument => JSON.parse(readFileSync(file, "utf8")));
  writePage(mergedProofs(documents, taskNames()));
} else {
  const program = join(packageRoot(), "bin/kernelmark.js");
  const options = ["verify", "--all", "--json", ...process.argv.slice(2)];
  const { stdout, exitCode } = await execa(process.execPath, [program, ...options], {
    reject: false,
    stderr: "inherit",
    maxBuffer: 1e9,
  });
  if (stdout.startsWith("{")) writePage(JSON.parse(stdout));
  process.exitCode = exitCode ?? 1;
}
