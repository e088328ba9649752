import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SensorReading } from "../system/sensor-reading.ts";
import { SensorLog } from "./sensor-log.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function readingOf(changes: Partial<SensorReading> = {}): SensorReading {
  return {
    ...{ source: "nvidia-smi", device: "GPU-0", busyPercent: 100, clockMhz: 1980, highestClockMhz: 1980 },
    ...{ powerW: 400, powerLimitW: 700, temperatureC: 50, throttledBy: [] },
    ...changes,
  };
}

/** A log whose readings come in turn. */
function logOf(readings: readonly (readonly SensorReading[])[]) {
  const read = vi.fn(async () => readings[read.mock.calls.length - 1] ?? []);
  return { log: new SensorLog(read), read };
}

it("reads while kernels are timed only: at once, then each second", async () => {
  const { log, read } = logOf([]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(read).toHaveBeenCalledTimes(0);
  log.setTiming(true);
  log.setTiming(true);
  await vi.advanceTimersByTimeAsync(2500);
  expect(read).toHaveBeenCalledTimes(3);
  log.setTiming(false);
  await vi.advanceTimersByTimeAsync(5000);
  expect(read).toHaveBeenCalledTimes(3);
  log.setTiming(true);
  expect(read).toHaveBeenCalledTimes(4);
  expect(await log.end()).toBeUndefined();
});

it("summarises clock, power and temperature, and counts the reasons of throttling", async () => {
  const { log } = logOf([
    [readingOf()],
    [readingOf({ clockMhz: 1410, powerW: 699, temperatureC: 71, throttledBy: ["power-limit"] })],
    [readingOf({ clockMhz: 1200, throttledBy: ["power-limit", "temperature"], powerW: undefined })],
  ]);
  log.setTiming(true);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await log.end()).toEqual({
    ...{ source: "nvidia-smi", readings: 3, leastClockMhz: 1200, mostClockMhz: 1980, highestClockMhz: 1980 },
    ...{ mostPowerW: 699, powerLimitW: 700, mostTemperatureC: 71 },
    throttledBy: [
      { reason: "power-limit", readings: 2 },
      { reason: "temperature", readings: 1 },
    ],
  });
});

it("takes the busier of two GPUs, and leaves out what is not known", async () => {
  const idle = readingOf({ device: "GPU-1", busyPercent: 0, throttledBy: ["temperature"] });
  const busy = { ...readingOf(), powerW: undefined, powerLimitW: undefined };
  const { log } = logOf([[idle, busy]]);
  log.setTiming(true);
  const conditions = await log.end();
  expect(conditions).toMatchObject({ readings: 1, throttledBy: [] });
  expect(conditions).not.toHaveProperty("mostPowerW");
});
