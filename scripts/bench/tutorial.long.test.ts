import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaNode } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Results } from "../../harness/results/results.ts";

const TUTORIAL = join(packageRoot(), "docs", "tutorial");
const steps = readdirSync(TUTORIAL).sort();

function expectedVerdict(step: string): string {
  const text = readFileSync(join(TUTORIAL, step, "softmax.ts"), "utf8");
  return /^\/\/ Expected verdict: ([a-z-]+)\n/.exec(text)?.[1] ?? `${step} does not state its verdict`;
}

const folder = mkdtempSync(join(tmpdir(), "kernelmark-tutorial-"));
let results: Results;
beforeAll(async () => {
  const args = ["grade", TUTORIAL, "--measure", "--budget", "200ms", "--out", join(folder, "run"), "--json"];
  const { stdout } = await execaNode(join(packageRoot(), "bin", "kernelmark.js"), args);
  results = JSON.parse(stdout);
}, 800_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(steps)("%s of the tutorial gets its stated verdict, and is measured if accepted", (step) => {
  const attempt = results.attempts.find(({ candidate }) => candidate === step);
  expect(attempt?.verdict, attempt?.message).toBe(expectedVerdict(step));
  expect(attempt?.measurement?.state).toBe(attempt?.verdict === "accepted" ? "measured" : undefined);
});

it("the tutorial has five steps, and its page shows each", () => {
  const page = readFileSync(join(packageRoot(), "docs", "tutorial.md"), "utf8");
  expect(steps).toHaveLength(5);
  for (const step of steps) expect(page).toContain(`tutorial/${step}/softmax.wgsl`);
});
