// `npm run bench:tutorial`: measures the steps of docs/tutorial.md and prints its table. Steps that are not accepted
// have no time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const BUDGET = "3s";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-tutorial-"));
try {
  const { attempts, adapter, startedAt } = await grade(join(folder, "run"));
  console.log(`${adapter.description}, ${startedAt.slice(0, 10)}, ${BUDGET} a shape\n`);
  for (const row of rows(attempts)) console.log(`| ${row.join(" | ")} |`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Grades and measures all steps, and returns the content of results.json. */
async function grade(out) {
  const tutorial = join(ROOT, "docs", "tutorial");
  const args = ["grade", tutorial, "--measure", "--budget", BUDGET, "--out", out, "--json"];
  const { stdout } = await execa(process.execPath, [join(ROOT, "bin", "kernelmark.js"), ...args], {
    stderr: "inherit",
  });
  return JSON.parse(stdout);
}

function rows(attempts) {
  const measured = attempts.find(({ measurement }) => measurement?.state === "measured");
  const names = measured?.measurement.shapes.map(({ name }) => name) ?? [];
  const heading = ["step", "verdict", ...names];
  const lines = [...attempts]
    .sort((a, b) => a.candidate.localeCompare(b.candidate))
    .map(({ candidate, verdict, measurement }) => [candidate, verdict, ...speeds(measurement, names)]);
  return [heading, heading.map(() => "---"), ...lines];
}

/** `1.2 ms, 3.40x`: the time, and the speedup over the plain kernel. */
function speeds(measurement, names) {
  if (measurement?.state !== "measured") return names.map(() => "-");
  return measurement.shapes.map(
    ({ candidateNs, speedup }) => `${(candidateNs / 1e6).toFixed(2)} ms, ${speedup.estimate.toFixed(2)}x`,
  );
}
