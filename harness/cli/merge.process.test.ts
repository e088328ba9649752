import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const submissions = join(folder, "submissions");
const seedFile = join(folder, "seed.txt");
const assignment = join(folder, "assignment.yaml");
const roster = join(folder, "roster.csv");

beforeAll(() => {
  for (const name of ["compile-error", "plan-error", "plain", "wrong-answer"]) {
    cpSync(join(packageRoot(), "submissions", name), join(submissions, name), {
      recursive: true,
      filter: (path) => !/attention|matmul|gmm/.test(path),
    });
  }
  mkdirSync(join(submissions, "nothing"));
  writeFileSync(seedFile, "5eed\n");
  writeFileSync(assignment, "tasks:\n  softmax: { points: 10 }\n  mse-loss: { points: 5 }\n");
  writeFileSync(roster, "candidate\nplain\nabsent\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function kernelmark(...args: string[]): Promise<Ended> {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(packageRoot(), "bin", "kernelmark.js"), ...args],
      { env },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const path = (name: string) => join(folder, name);
const grade = (...args: string[]) =>
  kernelmark("grade", submissions, "--assignment", assignment, "--roster", roster, "--fresh", ...args);
const shard = (index: number) =>
  grade("--shard", `${index}/3`, "--seed-file", seedFile, "--out", path(`shard-${index}`));
const resultsIn = (name: string): Results => JSON.parse(readFileSync(join(path(name), "results.json"), "utf8"));

/** A run without its name and times. */
function timeless({ run: _, startedAt: __, attempts, ...head }: Results): object {
  const timelessAttempt = ({ startedAt: _, durationMs: __, timings: ___, ...rest }: Attempt) => rest;
  return { ...head, attempts: attempts.map(timelessAttempt) };
}

it("gives the run of one machine, also if a shard was missing at first", async () => {
  expect(await grade("--seed-file", seedFile, "--out", path("whole"))).toMatchObject({ code: 0 });
  const first = await shard(1);
  expect(first).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Grading \d of 4 submissions, shard 1 of 3,/),
  });
  expect(readdirSync(path("shard-1")).sort()).toEqual(["attempts.jsonl", "results.json"]);
  expect((await kernelmark("report", path("shard-1"))).stderr).toContain("Join all shards first");
  await shard(3);

  const partial = await kernelmark("merge", path("shard-3"), path("shard-1"), "--out", path("partial"));
  expect(partial).toMatchObject({ code: 1, stderr: expect.stringContaining("Missing: shard 2 of 3.") });
  expect((await grade("--resume", path("partial"))).code).toBe(0);
  expect(timeless(resultsIn("partial"))).toEqual(timeless(resultsIn("whole")));

  await shard(2);
  const shards = [2, 3, 1].map((index) => path(`shard-${index}`));
  const merged = await kernelmark("merge", ...shards, "--out", path("merged"));
  expect(merged).toMatchObject({ code: 0, stdout: expect.stringContaining("Graded 4 submissions") });
  expect(timeless(resultsIn("merged"))).toEqual(timeless(resultsIn("whole")));
  expect(readFileSync(join(path("merged"), "marks.csv"), "utf8")).toBe(
    readFileSync(join(path("whole"), "marks.csv"), "utf8"),
  );
});

it("needs a seed that all shards share, and keeps a resumed shard what it is", async () => {
  expect(await grade("--shard", "1/3")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--shard has no seed: each shard would generate other inputs."),
  });
  expect(await grade("--shard", "2/3", "--resume", path("shard-1"))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${path("shard-1")} is shard 1 of 3, not shard 2 of 3.`),
  });
  writeFileSync(path("empty.txt"), "\n");
  expect(await grade("--shard", "1/3", "--seed-file", path("empty.txt"))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("must contain one line, the seed; it has none."),
  });
});
