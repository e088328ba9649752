import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runProbe } from "./run-probe.ts";

function script(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-probe-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "probe.mjs");
  writeFileSync(path, code);
  return path;
}

it("survives a driver that crashes the process", async () => {
  const result = await runProbe({}, script('process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 1e6);'));
  expect(result).toEqual({ reason: "Dawn crashed with SIGSEGV", loaderMissing: false });
});

it("gives up on a driver that hangs", async () => {
  const result = await runProbe({}, script("setTimeout(() => {}, 1e6);"), 300);
  expect(result).toEqual({ reason: "no answer within 0.3 seconds", loaderMissing: false });
});

it("uses an answer given before a crash and after the driver's own output", async () => {
  const code = 'process.stdout.write(`driver 1\\n{"reason":"none","loaderMissing":true}`, () => process.abort());';
  expect(await runProbe({}, script(code))).toEqual({ reason: "none", loaderMissing: true });
});
