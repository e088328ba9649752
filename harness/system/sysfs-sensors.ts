import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReadSensors, SensorReading } from "./sensor-reading.ts";

// Sensors in Linux's sysfs. In a container or a virtual machine they are often hidden.

const SYSFS = "/sys";
const AMD = "0x1002";

/**
 * Reads AMD's GPUs as the kernel documents them (Documentation/gpu/amdgpu/thermal.rst): power in microwatts, clock in
 * hertz, temperature in thousandths of a degree. The driver has no text for its reasons of throttling.
 */
export function amdSensors(root = SYSFS): ReadSensors {
  const cards = join(root, "class", "drm");
  const folders = namesIn(cards, /^card\d+$/).map((card) => join(cards, card, "device"));
  const devices = folders.filter((folder) => textOf(join(folder, "vendor")) === AMD);
  return async () => devices.flatMap(readAmd);
}

function readAmd(device: string): SensorReading[] {
  const monitors = join(device, "hwmon");
  const monitor = namesIn(monitors, /^hwmon\d+$/)
    .map((name) => join(monitors, name))
    .find((folder) => textOf(join(folder, "name")) === "amdgpu");
  if (monitor === undefined) return [];
  const read = (name: string, unit: number) => numberIn(join(monitor, name), unit);
  return [
    {
      ...{ source: "amdgpu", device },
      busyPercent: numberIn(join(device, "gpu_busy_percent"), 1),
      clockMhz: read("freq1_input", 1e6),
      highestClockMhz: undefined,
      // Newer GPUs have no average.
      powerW: read("power1_average", 1e6) ?? read("power1_input", 1e6),
      powerLimitW: read("power1_cap", 1e6),
      temperatureC: read("temp1_input", 1e3),
      throttledBy: [],
    },
  ];
}

/**
 * Reads the processors, for adapters in software: the highest clock of all, since the others may be idle, and whether one
 * has grown too hot since the last reading (arch/x86/kernel/cpu/mce, `thermal_throttle`).
 */
export function processorSensors(root = SYSFS): ReadSensors {
  const processors = join(root, "devices", "system", "cpu");
  const folders = namesIn(processors, /^cpu\d+$/).map((name) => join(processors, name));
  let throttledBefore: number | undefined;
  return async () => {
    const throttled = readAll(folders, "thermal_throttle/core_throttle_count", 1);
    const packages = readAll(folders, "thermal_throttle/package_throttle_count", 1);
    const clocks = readAll(folders, "cpufreq/scaling_cur_freq", 1e3);
    const highest = readAll(folders, "cpufreq/cpuinfo_max_freq", 1e3);
    if (throttled.length === 0 && clocks.length === 0) return [];
    const count = [...throttled, ...packages].reduce((sum, one) => sum + one, 0);
    const isThrottled = count > (throttledBefore ?? count);
    throttledBefore = count;
    return [
      {
        ...{ source: "processors", device: "all" },
        busyPercent: undefined,
        clockMhz: clocks.length === 0 ? undefined : Math.max(...clocks),
        highestClockMhz: highest.length === 0 ? undefined : Math.max(...highest),
        ...{ powerW: undefined, powerLimitW: undefined, temperatureC: undefined },
        throttledBy: isThrottled ? ["temperature"] : [],
      },
    ];
  };
}

function readAll(folders: readonly string[], name: string, unit: number): number[] {
  return folders.map((folder) => numberIn(join(folder, name), unit)).filter((value) => value !== undefined);
}

function numberIn(path: string, unit: number): number | undefined {
  const text = textOf(path);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) / unit : undefined;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
}
