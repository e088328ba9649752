import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { findAdapter } from "../adapter/adapter.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { judgeMutants, mutateKernels } from "./mutation-run.ts";

/** `kernelmark verify` judges them all. */
const MUTANTS = 4;
/** Its start of the maximum moves: no case can catch it. */
const EQUIVALENT = "for (var c = 0u; c < COLS; c++) {";

it("refuses mutants of a built-in kernel, and explains one that computes the same", async () => {
  const referenceFolder = makeTemporaryFolder();
  try {
    const setting = { adapter: await findAdapter(), referenceFolder, seed: "mutants", lanes: 1 };
    const plain = { task: "softmax", kernel: { role: "plain", name: "plain" } } as const;
    const kernels = await mutateKernels([plain], setting);
    const jobs = kernels.flatMap((kernel) => kernel.jobs);
    const equivalent = jobs.find(({ mutant }) => mutant.before.includes("c = 1u") && mutant.after === EQUIVALENT)!;
    const chosen = new Set([equivalent, ...new Random("mutants", "choice").shuffled(jobs).slice(0, MUTANTS)]);
    const outcomes = await judgeMutants(kernels, { isWanted: (job) => chosen.has(job), isChecked: false }, setting);
    expect(outcomes).toHaveLength(chosen.size);
    expect(outcomes.find(({ job }) => job === equivalent)).toMatchObject({
      verdict: "accepted",
      explanation: { kind: "same-function", reason: expect.stringMatching(/number of rounds/) },
    });
    const survivors = outcomes.filter(
      ({ verdict, explanation }) => verdict === "accepted" && explanation === undefined,
    );
    expect(survivors.map(({ job }) => job.mutant)).toEqual([]);
  } finally {
    rmSync(referenceFolder, { recursive: true, force: true });
  }
});
