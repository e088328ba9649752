import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  for (const file of ["softmax.ts", "softmax.wgsl"]) {
    cpSync(join(packageRoot(), "submissions", "plan-error", file), join(folder, "cohort", "alice", file));
  }
  mkdirSync(join(folder, "cohort", "bob"));
  // The parser tries each of these as both the end of a condition and a type: 2⁴⁰ ways.
  writeFileSync(join(folder, "cohort", "bob", "softmax.ts"), `export default ${"a?(b):c=>".repeat(40)}1`);
});

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s ends a run while a module keeps the parser busy, and finished attempts are logged",
  async (signal, code) => {
    const run = join(folder, signal);
    const args = ["grade", join(folder, "cohort"), "--jobs", "1", "--out", run];
    const child = spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      if (/^1\/2 /m.test(stderr)) return;
      stderr += text;
      if (/^1\/2 /m.test(stderr)) child.kill(signal);
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(code);
    const lines = readFileSync(join(run, "attempts.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).candidate)).toEqual(["alice"]);
    expect(JSON.parse(readFileSync(join(run, "results.json"), "utf8")).state).toBe("stopped");
  },
);
