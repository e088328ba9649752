import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findAdapter } from "../../harness/adapter/adapter.ts";
import { taskNames } from "../../harness/catalog/load.ts";
import { readEquivalents } from "../../harness/verify/equivalents.ts";
import { judgeMutants, mutateKernels } from "../../harness/verify/mutation-run.ts";
import { Random } from "../../reference/random.ts";

/** `npm run mutate` judges them all. */
const MUTANTS = 5;

/** Only tasks with reviewed survivors: all their other mutants are known to be caught. */
function explainedKernels(): { task: string; role: "plain" | "tuned" }[] {
  return taskNames().flatMap((task) => {
    const roles = new Set((readEquivalents(task) ?? []).map(({ kernel }) => kernel));
    return [...roles].map((role) => ({ task, role }));
  });
}

it("catches random mutants of a built-in kernel", async () => {
  const seed = randomUUID();
  const random = new Random(seed, "mutants");
  const { task, role } = random.pick(explainedKernels());
  const referenceFolder = mkdtempSync(join(tmpdir(), "kernelmark-mutants-"));
  try {
    const setting = { adapter: await findAdapter(), referenceFolder, seed, lanes: 1 };
    const kernels = await mutateKernels([{ task, kernel: { role, name: role } }], setting);
    const wrong = kernels.flatMap(({ jobs }) => jobs.filter(({ known }) => known === undefined));
    const chosen = new Set(random.shuffled(wrong).slice(0, MUTANTS));
    const outcomes = await judgeMutants(kernels, { isWanted: (job) => chosen.has(job), isChecked: false }, setting);
    const survivors = outcomes.filter(({ verdict }) => verdict === "accepted").map(({ job }) => job.mutant);
    expect(survivors, `${task}, ${role}, seed ${seed}`).toEqual([]);
    expect(outcomes).toHaveLength(MUTANTS);
  } finally {
    rmSync(referenceFolder, { recursive: true, force: true });
  }
});
