import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaNode } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../harness/files/package-root.ts";
import type { Results } from "../harness/results/results.ts";

const SUBMISSIONS = join(packageRoot(), "submissions");

/** Every example, with the verdict that its first line names. */
const examples = readdirSync(SUBMISSIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: candidate }) =>
    readdirSync(join(SUBMISSIONS, candidate))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => ({ candidate, task: file.replace(/\.ts$/, ""), expected: expectedVerdict(candidate, file) })),
  );

function expectedVerdict(candidate: string, file: string): string {
  const [first = ""] = readFileSync(join(SUBMISSIONS, candidate, file), "utf8").split("\n");
  const verdict = /^\/\/ Expected verdict: ([a-z-]+)$/.exec(first)?.[1];
  if (verdict === undefined)
    throw new Error(`submissions/${candidate}/${file} does not begin with its expected verdict`);
  return verdict;
}

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

  it.each(examples)("gives $candidate/$task its verdict, $expected", ({ candidate, task, expected }) => {
    const attempt = results.attempts.find((one) => one.candidate === candidate && one.task === task);
    expect(attempt?.verdict, attempt?.message).toBe(expected);
  });

  it("shows every verdict that a candidate meets", () => {
    expect(new Set(examples.map(({ expected }) => expected))).toEqual(
      new Set(["accepted", "wrong-answer", "imprecise", "compile-error", "plan-error", "time-limit"]),
    );
  });

  it("writes the log, the results and the marks", () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["attempts.jsonl", "marks.csv", "results.json"]));
    expect(readFileSync(join(out, "attempts.jsonl"), "utf8").trim().split("\n")).toHaveLength(examples.length);
    expect(JSON.parse(readFileSync(join(out, "results.json"), "utf8"))).toEqual(results);
    expect(readFileSync(join(out, "marks.csv"), "utf8").split("\n")[0]).toMatch(/^candidate,/);
  });

  it("finds the place of an error in the candidate's own file", () => {
    const attempt = results.attempts.find(({ candidate }) => candidate === "compile-error");
    expect(attempt?.evidence).toMatchObject({ kind: "source", file: "softmax.wgsl", line: 26, column: 12 });
  });

  it("finds the mistake that explains a wrong answer", () => {
    const attempt = results.attempts.find(({ candidate }) => candidate === "wrong-answer");
    expect(attempt?.mistake?.name).toBe("no-max-subtraction");
  });
});
