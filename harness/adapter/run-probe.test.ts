import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { runProbe } from "./run-probe.ts";

function script(code: string): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-probe-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "probe.mjs");
  writeFileSync(path, code);
  return path;
}

it.skipIf(process.platform === "win32")("survives a driver that crashes the process", async () => {
  const result = await runProbe({}, script('process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 1e6);'));
  expect(result).toEqual({ reason: "Dawn was killed by SIGSEGV", lacks: null });
});

it("gives up on a driver that hangs", async () => {
  const result = await runProbe({}, script("setTimeout(() => {}, 1e6);"), 300);
  expect(result).toEqual({ reason: "no answer within 0.3 seconds", lacks: null });
});

it("uses an answer given before a crash and after the driver's own output", async () => {
  const code = 'process.stdout.write(`driver 1\\n{"reason":"none","lacks":"loader"}`, () => process.abort());';
  expect(await runProbe({}, script(code))).toEqual({ reason: "none", lacks: "loader" });
});

/** Answers of probe.js if the package `webgpu` fails in this way. */
function probeWith(failure: string) {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-probe-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(join(packageRoot(), "harness", "adapter", "probe.js"), join(folder, "probe.mjs"));
  const webgpu = join(folder, "node_modules", "webgpu");
  mkdirSync(webgpu, { recursive: true });
  writeFileSync(join(webgpu, "package.json"), '{ "name": "webgpu", "type": "module", "main": "index.js" }');
  writeFileSync(join(webgpu, "index.js"), failure);
  return runProbe({}, join(folder, "probe.mjs"));
}

it("says what keeps Dawn from being loaded", async () => {
  const requiring = (build: string) =>
    `import { createRequire } from "node:module"; createRequire(import.meta.url)("./dist/${build}/dawn.node");`;
  expect(await probeWith(requiring("win32-ia32"))).toEqual({
    reason: "Dawn has no build for win32-ia32",
    lacks: "build",
  });
  // Windows's words if a DLL is missing.
  const refused = `throw Object.assign(new Error("The specified module could not be found.\\r\\n\\\\\\\\?\\\\C:\\\\dawn.node"), { code: "ERR_DLOPEN_FAILED" });`;
  expect(await probeWith(refused)).toEqual({
    reason: "Dawn cannot be loaded (The specified module could not be found.)",
    lacks: "libraries",
  });
});
