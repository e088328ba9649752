import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { writeResults } from "../run/results-file.ts";
import { madeUpRun } from "../testing/made-up-run.ts";
import { freeze } from "./freeze.ts";

let run: string;
beforeEach(async () => {
  vi.stubEnv("FORCE_COLOR", "");
  vi.stubEnv("NO_COLOR", "1");
  run = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  await writeResults(madeUpRun([]), run);
  writeFileSync(join(run, "marks.csv"), "ada,10\n");
});
afterEach(() => {
  rmSync(run, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Runs `kernelmark freeze`. */
async function output(options: { readonly check?: boolean; readonly json?: boolean } = {}) {
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await freeze.handler({ _: [], $0: "", run, check: false, json: false, ...options });
  const text = stdout.mock.calls.map(([part]) => part).join("");
  stdout.mockRestore();
  return { text, code: process.exitCode ?? 0 };
}

it("prints the checksum to note, and later whether anything has changed", async () => {
  const { text, code } = await output();
  const [, checksum] = /^([0-9a-f]{64}) {2}SHA256SUMS$/m.exec(text)!;
  expect(text.replace(/\s+/g, " ")).toContain(`Froze ${run}: SHA256SUMS lists 2 files with their checksums.`);
  expect(code).toBe(0);
  const unchanged = await output({ check: true });
  expect(unchanged.text.replace(/\s+/g, " ")).toContain(`Nothing in ${run} has changed since it was frozen: 2 files.`);
  expect(unchanged.text).toContain(`${checksum}  SHA256SUMS`);
  expect(unchanged.code).toBe(0);
});

it("names each file that differs, and exits with 1", async () => {
  const { checksum } = JSON.parse((await output({ json: true })).text);
  appendFileSync(join(run, "marks.csv"), "eve,10\n");
  writeFileSync(join(run, "evil\u001b.csv"), "");
  rmSync(join(run, "results.json"));
  const { text, code } = await output({ check: true });
  expect(text).toMatch(/^changed {2}marks\.csv\ndeleted {2}results\.json\nadded {4}evil\\u\{1b\}\.csv\n\n/);
  expect(text.replace(/\s+/g, " ")).toContain("with 2 files: 1 changed, 1 deleted, 1 added.");
  expect(code).toBe(1);
  expect(JSON.parse((await output({ check: true, json: true })).text)).toEqual({
    ...{ schema: 1, run, files: 2, checksum },
    ...{ changed: ["marks.csv"], deleted: ["results.json"], added: ["evil\u001b.csv"] },
  });
});

it("refuses a run that was interrupted before it wrote its results", async () => {
  await writeResults(madeUpRun([], { state: "running" }), run);
  await expect(output()).rejects.toThrow("was interrupted before it wrote its results");
  expect(readdirSync(run)).not.toContain("SHA256SUMS");
});
