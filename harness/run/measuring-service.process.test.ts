import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import webgpu from "webgpu/package.json" with { type: "json" };
import { tryAdapter } from "../adapter/adapter.ts";
import { defaultLimits } from "../task/limits.ts";
import { MeasuringService } from "./measuring-service.ts";
import { RooflineCache } from "./roofline-cache.ts";

it.skipIf(process.platform === "win32")("records clock, power and throttling, and a finding says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const line = "GPU-5d1c, NVIDIA H200, 98, 1755, 1980, 698.12, 700.00, 61, 0x0000000000000004";
  writeFileSync(join(folder, "nvidia-smi"), `#!/bin/sh\necho "${line}"\n`);
  chmodSync(join(folder, "nvidia-smi"), 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
  vi.stubEnv("XDG_CACHE_HOME", folder);
  // SwiftShader in place of a GPU.
  const { adapter: software } = await tryAdapter("swiftshader", { trustMemory: true });
  const adapter = { ...software!, kind: "hardware", vendor: "nvidia", description: "NVIDIA H200 (570.86.15)" } as const;
  // Measuring a GPU's roofline would take SwiftShader minutes.
  const copies = [{ bytes: 2 ** 24, bytesPerSecond: 1e11 }];
  const known = { copies, f32PerSecond: 1e12, int8PerSecond: 1e12 };
  await new RooflineCache(adapter, webgpu.version).write(known, { now: new Date(), load: 0 });
  const softmax = { task: "softmax", seed: "test", limits: defaultLimits, budgetMs: 100, isChecked: false } as const;
  const shapes = [{ name: "given", shape: { rows: 64, cols: 16 }, params: {} }];
  const plain = { kind: "built-in", kernel: "plain" } as const;
  const outcome = await new MeasuringService(adapter).measure(
    { ...softmax, shapes, candidate: plain, yardstick: plain, against: "plain", clock: "timestamps" },
    {},
  );
  if (outcome.kind !== "measured") throw new Error(JSON.stringify(outcome));
  const { conditions, findings } = outcome.measurement;
  expect(conditions).toMatchObject({ source: "nvidia-smi", leastClockMhz: 1755, highestClockMhz: 1980 });
  expect(conditions!.throttledBy).toEqual([{ reason: "power-limit", readings: conditions!.readings }]);
  expect(findings.at(-1)).toMatchObject({ kind: "throttled" });
});
