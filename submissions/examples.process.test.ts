import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execaNode } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../harness/files/package-root.ts";
import type { Attempt } from "../harness/results/attempt.ts";
import type { Results } from "../harness/results/results.ts";
import { readSingle } from "../harness/submission/read.ts";
import { examples } from "../harness/testing/corpus/corpora.ts";
import { openJudging } from "../harness/testing/open-judging.ts";

const SUBMISSIONS = join(packageRoot(), "submissions");

/** It keeps all processors busy up to its limit, and is judged under a shorter one. */
const ENDLESS = "time-limit";

const entries = examples().map(({ name, task, expect: [expected] }) => ({ candidate: name, task, expected }));

describe("kernelmark grade", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  const out = join(folder, "run");
  const cohort = join(folder, "cohort");
  let results: Results;
  let endless: Attempt;
  beforeAll(async () => {
    cpSync(SUBMISSIONS, cohort, { recursive: true, filter: (path) => basename(path) !== ENDLESS });
    const kernelmark = join(packageRoot(), "bin", "kernelmark.js");
    const { stdout } = await execaNode(kernelmark, ["grade", cohort, "--out", out, "--jobs", "2", "--json"]);
    results = JSON.parse(stdout);
    const { judging, close } = await openJudging();
    endless = await judging.judge(await readSingle(join(SUBMISSIONS, ENDLESS, "softmax.ts"), "softmax"));
    await close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(entries)("gives $candidate/$task its verdict, $expected", ({ candidate, task, expected }) => {
    const attempts = [...results.attempts, endless];
    const attempt = attempts.find((one) => one.candidate === candidate && one.task === task);
    expect(attempt?.verdict, attempt?.message).toBe(expected);
  });

  it("covers every verdict that a candidate can get", () => {
    expect(new Set(entries.map(({ expected }) => expected))).toEqual(
      new Set(["accepted", "wrong-answer", "imprecise", "compile-error", "plan-error", "time-limit"]),
    );
  });

  it("writes the log, the results and the marks", () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["attempts.jsonl", "marks.csv", "results.json"]));
    expect(readFileSync(join(out, "attempts.jsonl"), "utf8").trim().split("\n")).toHaveLength(entries.length - 1);
    expect(JSON.parse(readFileSync(join(out, "results.json"), "utf8"))).toEqual(results);
    expect(readFileSync(join(out, "marks.csv"), "utf8").split("\n")[0]).toMatch(/^\ufeffcandidate,/);
  });

  it("locates a compile error in the candidate's own file", () => {
    const attempt = results.attempts.find(({ candidate }) => candidate === "compile-error");
    expect(attempt?.evidence).toMatchObject({ kind: "source", file: "softmax.wgsl", line: 26, column: 12 });
  });

  it("names the known mistake behind a wrong answer", () => {
    const attempt = results.attempts.find(({ candidate }) => candidate === "wrong-answer");
    expect(attempt?.mistake?.name).toBe("no-max-subtraction");
  });
});
