import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { openDevice } from "../gpu/device.ts";
import { PassTimestamps } from "../gpu/pass-timestamps.ts";
import type { Roofline } from "../results/measurement.ts";
import { RooflineCache } from "../run/roofline-cache.ts";
import { betterRoofline, leastNs, measureRoofline } from "./roofline.ts";
import { judgeAgainstRoofline } from "./roofline-share.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MEBI = 2 ** 20;
const roofline: Roofline = {
  copies: [
    { bytes: MEBI, bytesPerSecond: 100e9 },
    { bytes: 16 * MEBI, bytesPerSecond: 40e9 },
    { bytes: 64 * MEBI, bytesPerSecond: 20e9 },
  ],
  f32PerSecond: 1e12,
  int8PerSecond: 4e12,
};

it("is measured on this adapter", async () => {
  const device = await openDevice();
  const { copies, f32PerSecond, int8PerSecond } = await measureRoofline(device, "software");
  device.gpu.destroy();
  for (const { bytesPerSecond } of copies) expect(bytesPerSecond).toBeGreaterThan(1e6);
  expect(f32PerSecond).toBeGreaterThan(1e6);
  expect(int8PerSecond).toBeGreaterThan(1e6);
});

it("is measured on a clock whose ticks are longer than a copy", async () => {
  const tickNs = 1_000_000n;
  const { stampsNs } = PassTimestamps.prototype;
  vi.spyOn(PassTimestamps.prototype, "stampsNs").mockImplementation(async function (this: PassTimestamps, count) {
    return (await stampsNs.call(this, count)).map((stamp) => (stamp / tickNs) * tickNs);
  });
  const device = await openDevice();
  const { copies, f32PerSecond } = await measureRoofline(device, "software", Number(tickNs));
  device.gpu.destroy();
  vi.restoreAllMocks();
  // Faster than any memory: a tick was taken for the time of one copy.
  for (const { bytesPerSecond } of copies) expect(bytesPerSecond).toBeLessThan(1e13);
  expect(f32PerSecond).toBeGreaterThan(1e6);
});

it("takes the longer of moving and computing", () => {
  const work = { bytes: 64 * MEBI, hasIntegers: false, isCold: false };
  expect(leastNs(roofline, { ...work, flops: 1 })).toBeCloseTo((64 * MEBI) / 40, 3);
  expect(leastNs(roofline, { ...work, flops: 1e12 })).toBeCloseTo(1e9);
  expect(leastNs(roofline, { ...work, flops: 4e12, hasIntegers: true })).toBeCloseTo(1e9);
});

it("lets small problems fit in caches", () => {
  const one = leastNs(roofline, { bytes: MEBI, flops: 1, hasIntegers: false, isCold: false });
  const large = leastNs(roofline, { bytes: 1024 * MEBI, flops: 1, hasIntegers: false, isCold: false });
  expect(large / one).toBeGreaterThan(1024 * 2);
});

it("moves cold data from memory, whatever its size", () => {
  const work = { bytes: MEBI, flops: 1, hasIntegers: false };
  expect(leastNs(roofline, { ...work, isCold: true })).toBeCloseTo(MEBI / 20, 3);
  expect(leastNs(roofline, { ...work, isCold: false })).toBeCloseTo(MEBI / 100, 3);
});

it("calls only times far beyond it implausible", async () => {
  const task = await loadTask("softmax");
  const measured = (candidateNs: number) => {
    const work = { bytes: 64 * MEBI, flops: 5e6, candidateNs, samples: [] };
    // No other field of a measurement is checked.
    return judgeAgainstRoofline(task, work as never, roofline);
  };
  const leastTimeNs = (64 * MEBI) / 40;
  expect(measured(2 * leastTimeNs)).toMatchObject({ isImplausible: false });
  expect(measured(2 * leastTimeNs).rooflineShare).toBeCloseTo(0.5);
  expect(measured(0.9 * leastTimeNs).isImplausible).toBe(false);
  expect(measured(0.5 * leastTimeNs).isImplausible).toBe(true);
});

it("keeps the better of two measurements", () => {
  const busy = {
    ...roofline,
    copies: roofline.copies.map((copy) => ({ ...copy, bytesPerSecond: 1 })),
    f32PerSecond: 2e12,
  };
  expect(betterRoofline(busy, roofline)).toEqual({ ...roofline, f32PerSecond: 2e12 });
});

const IDLE = { load: 0.1, now: new Date("2026-11-01") };

it("is cached by adapter, driver and Dawn, and read back whole or not at all", async () => {
  const adapter = { description: "a GPU", driver: "1.2" };
  const cache = new RooflineCache(adapter, "0.6", folder);
  expect(await cache.read(IDLE)).toBeNull();
  await cache.write(roofline, IDLE);
  expect(await cache.read(IDLE)).toEqual(roofline);
  expect(await new RooflineCache({ ...adapter, driver: "1.3" }, "0.6", folder).read(IDLE)).toBeNull();
  expect(await new RooflineCache(adapter, "0.7", folder).read(IDLE)).toBeNull();
  await cache.write({ ...roofline, f32PerSecond: Number.NaN }, IDLE);
  expect(await cache.read(IDLE)).toBeNull();
});

it("is measured again after a month, and on an idle machine if it was busy", async () => {
  const cache = new RooflineCache({ description: "a GPU", driver: "1" }, "0.6", folder);
  await cache.write(roofline, IDLE);
  expect(await cache.read({ ...IDLE, now: new Date("2026-11-29") })).toEqual(roofline);
  expect(await cache.read({ ...IDLE, now: new Date("2026-12-05") })).toBeNull();
  const busy = { ...IDLE, load: 1.5 };
  await cache.write(roofline, busy);
  expect(await cache.read(busy)).toEqual(roofline);
  expect(await cache.read(IDLE)).toBeNull();
});

it("is measured each time if it cannot be cached", async () => {
  writeFileSync(join(folder, "file"), "");
  const cache = new RooflineCache({ description: "a GPU", driver: "1" }, "0.6", join(folder, "file"));
  await cache.write(roofline, IDLE);
  expect(await cache.read(IDLE)).toBeNull();
});
