import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { SupervisedProcess } from "./supervised-process.ts";

// As on macOS and Windows.
vi.mock(import("../system/linux-processes.ts"), async (original) => ({
  ...(await original()),
  processorMs: () => undefined,
  queuedMs: () => new Map(),
  residentBytes: () => undefined,
  openFiles: () => undefined,
  childrenOf: () => [],
}));

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(() => rmSync(folder, { recursive: true }));
const script = join(folder, "process.mjs");
writeFileSync(
  script,
  `const report = (residentBytes) => process.send({ type: "own usage", processorMs: 70, residentBytes });
   process.on("message", (residentBytes) => {
     report(residentBytes);
     process.send(process.argv.slice(2).join());
   });`,
);

it("is asked to report itself; its reports replace the system's and reach no listener", async () => {
  const child = new SupervisedProcess<number, string>(
    script,
    { environment: {}, kind: "software" },
    { reads: [folder] },
  );
  expect(child.times()).toBeUndefined();
  const answered = await child.request<string>(2 ** 20, { onMessage: (message, request) => request.answer(message) });
  expect(answered).toEqual({ kind: "answered", answer: "--report-usage" });
  expect(child.residentBytes()).toBe(2 ** 20);
  expect(child.times()).toMatchObject({ processorMs: 70, queuedMs: undefined });

  const excess = await child.request<string>(2 ** 30, { mostMebibytes: 256, onMessage: () => {} });
  expect(excess).toEqual({ kind: "too large", mebibytes: 256 });
  expect(await child.exited).toMatchObject({ signal: "SIGKILL" });
});
