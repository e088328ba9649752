import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaNode } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../harness/files/package-root.ts";
import type { Results } from "../harness/results/results.ts";
import { examples } from "../harness/testing/corpus/corpora.ts";

const SUBMISSIONS = join(packageRoot(), "submissions");

const entries = examples().map(({ name, task, expect: [expected] }) => ({ candidate: name, task, expected }));

describe("kernelmark grade", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  const out = join(folder, "run");
  let results: Results;
  beforeAll(async () => {
    const kernelmark = join(packageRoot(), "bin", "kernelmark.js");
    const { stdout } = await execaNode(kernelmark, ["grade", SUBMISSIONS, "--out", out, "--jobs", "2", "--json"]);
    results = JSON.parse(stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(entries)("gives $candidate/$task its verdict, $expected", ({ candidate, task, expected }) => {
    const attempt = results.attempts.find((one) => one.candidate === candidate && one.task === task);
    expect(attempt?.verdict, attempt?.message).toBe(expected);
  });

  it("covers every verdict that a candidate can get", () => {
    expect(new Set(entries.map(({ expected }) => expected))).toEqual(
      new Set(["accepted", "wrong-answer", "imprecise", "compile-error", "plan-error", "time-limit"]),
    );
  });

  it("writes the log, the results and the marks", () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["attempts.jsonl", "marks.csv", "results.json"]));
    expect(readFileSync(join(out, "attempts.jsonl"), "utf8").trim().split("\n")).toHaveLength(entries.length);
    expect(JSON.parse(readFileSync(join(out, "results.json"), "utf8"))).toEqual(results);
    expect(readFileSync(join(out, "marks.csv"), "utf8").split("\n")[0]).toMatch(/^candidate,/);
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
