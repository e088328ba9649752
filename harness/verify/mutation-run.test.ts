import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { findAdapter } from "../adapter/adapter.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { mutantResult } from "./mutant-check.ts";
import { judgeInTime, judgeMutants, mutateKernels, recordOf } from "./mutation-run.ts";
import type { ProofWorker } from "./proof-worker.ts";

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
    const records = await judgeMutants(kernels, (job) => chosen.has(job), setting);
    expect(records).toHaveLength(chosen.size);
    const [place] = recordOf(equivalent).places;
    expect(records.find(({ places }) => places[0]!.locator === place!.locator)).toMatchObject({
      verdict: "accepted",
      places: [{ byRule: { kind: "same-function", reason: expect.stringMatching(/number of rounds/) } }],
    });
    expect(mutantResult("softmax", records).check.problems).toEqual([]);
  } finally {
    rmSync(referenceFolder, { recursive: true, force: true });
  }
});

it.each([
  { mutant: "that the task lists", isListed: true, verdicts: ["time-limit", "answered"], asked: 2 },
  { mutant: "that the task does not list", isListed: false, verdicts: ["time-limit"], asked: 1 },
  { mutant: "that the task lists, and that crashed", isListed: true, verdicts: ["device-lost"], asked: 1 },
])("judges a late mutant again with more time: one $mutant", async ({ isListed, verdicts, asked }) => {
  const factors: number[] = [];
  const worker = {
    async ask({ limit }: { limit: { factor: number } }) {
      const verdict = verdicts[factors.push(limit.factor) - 1];
      return verdict === "answered" ? { type: "cases", cases: [] } : { type: "ended", verdict, message: "" };
    },
  } as unknown as ProofWorker;
  const limit = { factor: 1 / 4, extraMs: 0 };
  const kernel = { role: "plain", name: "plain" } as const;
  const question = {
    type: "judge-mutant",
    task: "softmax",
    kernel,
    seed: "late",
    limit,
    module: "",
    replacement: "",
  } as const;
  const answer = await judgeInTime(question, isListed, worker);
  expect(factors).toHaveLength(asked);
  expect(factors.slice(1).every((factor) => factor > 1 / 4)).toBe(true);
  expect(answer.type).toBe(verdicts.at(-1) === "answered" ? "cases" : "ended");
});
