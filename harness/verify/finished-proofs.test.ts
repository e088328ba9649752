import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { FinishedProofs, type ProofScope } from "./finished-proofs.ts";
import type { TaskProof } from "./task-proof.ts";

const SCOPE: ProofScope = { seed: "s", seeds: 2, mutantSample: undefined, adapter: "a GPU" };
const PROOF: TaskProof = { task: "rms-norm", folder: "kernels/layers/rms-norm", checks: [] };

let folder: string;

beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a finished proof is found again, with its seed", async () => {
  const finished = new FinishedProofs(join(folder, "new", "proofs"));
  expect(finished.seed).toBeUndefined();
  await finished.keep(PROOF, SCOPE);
  expect(finished.seed).toBe("s");
  expect(finished.find("rms-norm", SCOPE)).toEqual(PROOF);
  expect(finished.find("layer-norm", SCOPE)).toBeUndefined();
});

test.each<Partial<ProofScope>>([{ seed: "t" }, { seeds: 3 }, { mutantSample: 25 }, { adapter: "another GPU" }])(
  "a proof with other options is not reused: %j",
  async (change) => {
    const finished = new FinishedProofs(folder);
    await finished.keep(PROOF, SCOPE);
    expect(finished.find("rms-norm", { ...SCOPE, ...change })).toBeUndefined();
  },
);

test("a proof by other code is not reused, and other files are ignored", async () => {
  const finished = new FinishedProofs(folder);
  const content = { code: "another hash", seed: "s", scope: JSON.stringify(["s", 2, "all", "a GPU"]), proof: PROOF };
  writeFileSync(join(folder, "rms-norm.json"), JSON.stringify(content));
  writeFileSync(join(folder, "other.json"), '{"other": 1}');
  expect(finished.find("rms-norm", SCOPE)).toBeUndefined();
  expect(finished.find("other", SCOPE)).toBeUndefined();
});
