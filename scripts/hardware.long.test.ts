import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { packageRoot } from "../harness/files/package-root.ts";
import { machinesText } from "./hardware/page.ts";
import { readMachine } from "./hardware/read-machine.ts";

it("goes on when a part fails, and leaves what the page's tables need", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-hardware-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const candidates = join(folder, "candidates");
  cpSync(join(packageRoot(), "submissions/plain/softmax.ts"), join(candidates, "me/softmax.ts"));
  cpSync(join(packageRoot(), "submissions/plain/softmax.wgsl"), join(candidates, "me/softmax.wgsl"));
  const out = join(folder, "out");
  const args = ["-s", "10000", "-b", "100ms", "-t", "no-such-task leaky-relu", "-g", candidates];
  const { status, stderr } = spawnSync(join(packageRoot(), "scripts/hardware.sh"), args, {
    env: { ...process.env, OUT: out, KERNELMARK_ADAPTER: "swiftshader", XDG_CACHE_HOME: join(folder, "cache") },
    encoding: "utf8",
  });
  const summary = readFileSync(join(out, "summary.txt"), "utf8");
  expect(status, stderr + summary).toBe(1);
  expect(summary).toContain("doctor: ready");
  expect(summary).toContain("bench no-such-task: failed");
  expect(summary).toContain("bench: 1 of 2 tasks measured");
  expect(summary).toContain("grade: done");
  const machine = readMachine(out);
  expect(machine.calibration?.verdict).toMatch(/^This adapter/);
  expect(machine.graded).toEqual({ verdicts: ["accepted"], measured: 1 });
  expect(machine.kernels).toMatchObject([
    { task: "no-such-task", state: "failed" },
    { task: "leaky-relu", state: "measured" },
  ]);
  expect(machinesText([machine])).toContain("SwiftShader");
});
