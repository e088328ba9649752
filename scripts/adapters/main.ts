// `npm run test:adapters -- [--corpus c] [folder …]`: grades all tasks' built-in kernels, kernels written from statements
// and natural mistakes in them, redteam/, submissions/ and the folders named (of submissions, as
// `<folder>/<name>/<task>.ts`) on SwiftShader and on lavapipe, with the same seed, and prints the verdicts that differ.
// Exits with 1 if any differ. KERNELMARK_ADAPTERS=gpu,lavapipe compares other adapters.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { taskNames } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Results } from "../../harness/results/results.ts";
import { builtInKernels } from "../../harness/testing/corpus/built-in-kernels.ts";
import { examples, natural, naturalKernels, redteam } from "../../harness/testing/corpus/corpora.ts";
import { writeSubmission } from "../../harness/testing/corpus/submission.ts";
import { markdownTable } from "../proofs/table.ts";
import { verdictDifferences } from "./verdict-differences.ts";

const { values, positionals } = parseArgs({
  options: { corpus: { type: "string", multiple: true } },
  allowPositionals: true,
});
const SEED = "adapters";
const adapters = (process.env.KERNELMARK_ADAPTERS ?? "swiftshader,lavapipe").split(",");

const folder = mkdtempSync(join(tmpdir(), "kernelmark-adapters-"));
try {
  const root = join(folder, "submissions");
  const builtIn = taskNames().flatMap(builtInKernels);
  for (const entry of [...builtIn, ...naturalKernels(), ...natural(), ...redteam(), ...examples()]) {
    if (values.corpus?.includes(entry.corpus) === false) continue;
    await writeSubmission(root, { ...entry, name: `${entry.corpus}-${entry.name}` });
  }
  for (const corpus of positionals.map((path) => resolve(path))) {
    for (const name of subfolders(corpus)) {
      cpSync(join(corpus, name), join(root, `${basename(corpus)}-${name}`), { recursive: true });
    }
  }
  const runs: Results["attempts"][] = [];
  for (const adapter of adapters) {
    console.error(`Grading ${subfolders(root).length} folders on ${adapter}.`);
    runs.push(await grade(root, adapter, join(folder, adapter)));
  }
  const [one, other] = runs as [Results["attempts"], Results["attempts"]];
  const differences = verdictDifferences(one, other);
  console.log(
    `${one.length} submissions judged on ${adapters.join(" and on ")}: ${differences.length} verdicts differ`,
  );
  if (differences.length > 0) {
    console.log(`\n${markdownTable(["submission", ...adapters], differences)}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function subfolders(parent: string): string[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function grade(root: string, adapter: string, out: string): Promise<Results["attempts"]> {
  const command = join(packageRoot(), "bin", "kernelmark.js");
  const args = ["grade", root, "--out", out, "--seed", SEED, "--no-measure"];
  const { exitCode } = await execa(process.execPath, [command, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { KERNELMARK_ADAPTER: adapter },
    reject: false,
  });
  // 3 means a harness-error, which the table shows if the adapters differ.
  if (exitCode !== 0 && exitCode !== 3) throw new Error(`kernelmark grade exited with ${exitCode} on ${adapter}`);
  return (JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Results).attempts;
}
