import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { type Device, openDevice } from "../gpu/device.ts";
import { PassTimestamps } from "../gpu/pass-timestamps.ts";
import { coarseTick, openClock } from "./clock.ts";
import type { Run, Workbench } from "./workbench.ts";

const TICK_NS = 100_000;
const RUN_NS = 30_000;
const RUNS = 1000;
let device: Device;

beforeAll(async () => {
  device = await openDevice();
});

afterEach(() => vi.restoreAllMocks());

/** Runs of 30 µs, on a clock that counts in steps of 100 µs. */
function roundStamps(): void {
  const stamps = Array.from({ length: 2 * RUNS }, (_, at) => {
    const exactNs = (at >> 1) * 37_000 + (at % 2) * RUN_NS;
    return BigInt(Math.floor(exactNs / TICK_NS) * TICK_NS);
  });
  vi.spyOn(PassTimestamps.prototype, "stampsNs").mockResolvedValue(BigUint64Array.from(stamps));
}

async function durations(coarseTickNs?: number): Promise<readonly (number | undefined)[]> {
  const bench = {
    gpu: device.gpu,
    encodePreparation() {},
    encodeRun: (encoder: GPUCommandEncoder, _: Run, timestampWrites: GPUComputePassTimestampWrites) =>
      encoder.beginComputePass({ timestampWrites }).end(),
    encodeKeeping() {},
  } as unknown as Workbench;
  const runs = Array.from({ length: RUNS }, (): Run => ({ contestant: "candidate", set: 0, isKept: false }));
  const clock = openClock(device, coarseTickNs);
  const found = await clock.time(bench, runs);
  clock.destroy();
  return found;
}

it("counts runs of no tick, so that the mean of runs shorter than a tick is right", async () => {
  roundStamps();
  const found = await durations(TICK_NS);
  expect(found).not.toContain(undefined);
  const meanNs = found.reduce<number>((sum, one) => sum + one!, 0) / RUNS;
  expect(Math.abs(meanNs / RUN_NS - 1)).toBeLessThan(0.02);
});

it("calls runs of no tick unknown on an exact clock, where the timestamps did not advance", async () => {
  roundStamps();
  expect(await durations()).toContain(undefined);
});

it("takes rounded timestamps for coarse, and a GPU's own for fine", () => {
  expect(coarseTick(100_000)).toBe(100_000);
  expect(coarseTick(65_536)).toBe(65_536);
  expect([1, 10, 83, 1000].map(coarseTick)).toEqual([undefined, undefined, undefined, undefined]);
});
