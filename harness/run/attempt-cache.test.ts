import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Verdict } from "../results/verdict.ts";
import { defaultLimits } from "../task/limits.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { AttemptCache } from "./attempt-cache.ts";

let folder: string;
let damaged: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  damaged = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const adapter = { name: "swiftshader", kind: "software", description: "SwiftShader 5", driver: "5" } as const;
const open = (conditions: object = {}) =>
  new AttemptCache(
    { seed: "a seed", adapter, limits: defaultLimits, ...conditions },
    "monday",
    (path) => damaged.push(path),
    folder,
  );

const attempt = (hash: string, verdict: Verdict = "accepted", caseVerdict: Verdict = verdict) =>
  madeUpAttempt("alice", "softmax", verdict, {
    hash,
    cases: [
      {
        index: 0,
        shape: { rows: 1 },
        params: {},
        data: "plain",
        group: "tiny",
        verdict: caseVerdict,
        message: "",
        evidence: null,
        remarks: [],
        largestShare: Number.POSITIVE_INFINITY,
      },
    ],
  });

it("finds an attempt only under the same conditions", async () => {
  await open().keep(attempt("a1"));
  expect(await open().find("softmax", "softmax.ts", "a1")).toEqual({ run: "monday", attempt: attempt("a1") });
  expect(await open().find("softmax", "softmax.ts", "b2")).toBeUndefined();
  expect(await open().find("softmax", "softmax.js", "a1")).toBeUndefined();
  expect(await open().knows("matmul-int8")).toBe(false);
  for (const other of [
    { seed: "another" },
    { adapter: { ...adapter, driver: "6" } },
    { limits: { ...defaultLimits, kernelTimes: 2 } },
  ]) {
    expect(await open(other).knows("softmax")).toBe(false);
  }
});

it("keeps only reproducible verdicts", async () => {
  const cache = open();
  await cache.keep(attempt("a1", "time-limit"));
  await cache.keep(attempt("a2", "device-lost"));
  await cache.keep(attempt("a3", "harness-error"));
  await cache.keep(attempt("a4", "memory-limit"));
  await cache.keep(attempt("a5", "plan-error", "time-limit"));
  await cache.keep({ ...attempt("a6", "harness-error"), cases: [] });
  expect(await open().knows("softmax")).toBe(false);
});

it("ignores damaged lines, reports them, and uses the rest", async () => {
  const cache = open();
  await cache.keep(attempt("a1", "wrong-answer"));
  await cache.keep(attempt("a2"));
  const path = join(folder, readdirSync(folder)[0]!);
  const text = readFileSync(path, "utf8");
  // An edit improves an attempt.
  writeFileSync(path, text.replaceAll("wrong-answer", "accepted"));
  appendFileSync(path, "torn");
  const again = open();
  expect(await again.find("softmax", "softmax.ts", "a1")).toBeUndefined();
  expect(await again.find("softmax", "softmax.ts", "a2")).toMatchObject({ run: "monday" });
  expect(damaged).toEqual([path]);
});

it("reads the file of a task again after those of other tasks, and reports it once", async () => {
  const tasks = ["softmax", "attention", "matmul-int8", "gmm-fit"];
  for (const task of tasks) await open().keep({ ...attempt("a1"), task });
  for (const name of readdirSync(folder)) appendFileSync(join(folder, name), "torn");
  const again = open();
  for (const task of [...tasks, ...tasks]) expect(await again.find(task, "softmax.ts", "a1")).toBeDefined();
  expect(damaged.toSorted()).toEqual(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .sort(),
  );
});

it("deletes the least recently used attempts", async () => {
  await open({ seed: "older" }).keep(attempt("a1"));
  const [older] = readdirSync(folder);
  utimesSync(join(folder, older!), 1, 1);
  await open({ seed: "newer" }).keep(attempt("a1"));
  await open().prune(1_000);
  expect(await open({ seed: "older" }).knows("softmax")).toBe(false);
  expect(await open({ seed: "newer" }).knows("softmax")).toBe(true);
});
