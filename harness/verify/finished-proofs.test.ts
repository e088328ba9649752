import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { readEquivalents } from "./equivalents.ts";
import { FinishedProofs, type ProofScope } from "./finished-proofs.ts";
import { mutantResult } from "./mutant-check.ts";
import type { TaskProof } from "./task-proof.ts";
import type { Verified } from "./verify-task.ts";

const SCOPE: ProofScope = {
  seed: "s",
  seeds: 2,
  mutantSample: undefined,
  adapter: "a GPU",
  golden: { files: 2, faults: [] },
};
const PROOF: TaskProof = { task: "rms-norm", folder: "kernels/layers/rms-norm", checks: [] };
const VERIFIED: Verified = { proof: PROOF, mutants: [] };

let folder: string;

beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a finished proof is found again, with its seed", async () => {
  const finished = new FinishedProofs(join(folder, "new", "proofs"));
  expect(finished.seed).toBeUndefined();
  await finished.keep(VERIFIED, SCOPE);
  expect(finished.seed).toBe("s");
  expect(finished.find("rms-norm", SCOPE)).toEqual(PROOF);
  expect(finished.find("layer-norm", SCOPE)).toBeUndefined();
});

test.each<Partial<ProofScope>>([
  { seed: "t" },
  { seeds: 3 },
  { mutantSample: 25 },
  { adapter: "another GPU" },
  { golden: { files: 2, faults: ["golden/rms-norm-1.json: another value"] } },
])("a proof with other options or golden values is not reused: %j", async (change) => {
  const finished = new FinishedProofs(folder);
  await finished.keep(VERIFIED, SCOPE);
  expect(finished.find("rms-norm", { ...SCOPE, ...change })).toBeUndefined();
});

test("a proof by other code is not reused, and other files are ignored", async () => {
  const finished = new FinishedProofs(folder);
  await finished.keep(VERIFIED, SCOPE);
  const content = { ...JSON.parse(readFileSync(join(folder, "rms-norm.json"), "utf8")), code: "another hash" };
  writeFileSync(join(folder, "rms-norm.json"), JSON.stringify(content));
  writeFileSync(join(folder, "other.json"), '{"other": 1}');
  expect(finished.find("rms-norm", SCOPE)).toBeUndefined();
  expect(finished.find("other", SCOPE)).toBeUndefined();
});

test("survivors are explained by the list as it is now, without a new proof", async () => {
  const task = "calibration";
  const places = [...readEquivalents(task).keys()].map((locator) => ({
    locator,
    line: "a line that is gone",
    change: "a change",
  }));
  const mutants = places.map((place) => ({ kernel: "plain", places: [place], verdict: "accepted" as const }));
  const unlisted = {
    ...mutants[0]!,
    places: [places[0]!, { locator: "plain 1: a => b", line: "a line that is gone", change: "another" }],
  };
  const finished = new FinishedProofs(folder);
  // As it was before the list had any of them.
  const before = { ...mutantResult(task, [unlisted]), task };
  const proof = { task, folder: "kernels/losses/calibration", checks: [before.check] };
  await finished.keep({ proof, mutants }, SCOPE);
  expect(finished.find(task, SCOPE)!.checks).toMatchObject([{ state: "passed", problems: [] }]);
  await finished.keep({ proof, mutants: [unlisted] }, SCOPE);
  const [check] = finished.find(task, SCOPE)!.checks;
  expect(check).toMatchObject({
    state: "failed",
    problems: [expect.stringMatching(/plain\.wgsl: another survives: plain 1: a => b$/)],
  });
});
