import { execFile } from "node:child_process";
import type { ReadSensors, SensorReading, ThrottleReason } from "./sensor-reading.ts";

/** It answers in a fraction of a second, in some seconds if it has to load the driver. */
const TIMEOUT_MS = 5000;

/** As `nvidia-smi --help-query-gpu` lists them, before the reasons. */
const FIELDS = [
  ...["uuid", "name", "utilization.gpu", "clocks.sm", "clocks.max.sm"],
  ...["power.draw", "power.limit", "temperature.gpu"],
];
/** Drivers since 535 have the first name, and the second for now. */
const REASON_FIELDS = ["clocks_event_reasons.active", "clocks_throttle_reasons.active"];

/** Bits of nvml.h's `nvmlClocksEventReason…`; the others are settings and idleness. */
const SW_POWER_CAP = 0x4n;
const HW_SLOWDOWN = 0x8n;
const SW_THERMAL_SLOWDOWN = 0x20n;
const HW_THERMAL_SLOWDOWN = 0x40n;
const HW_POWER_BRAKE_SLOWDOWN = 0x80n;

/**
 * Reads NVIDIA's GPUs by the program that comes with every driver, on Windows too.
 *
 * @param adapter Dawn's description of the adapter: GPUs whose names it contains are preferred
 */
export function nvidiaSensors(adapter: string): ReadSensors {
  let reasonFields: readonly string[] = REASON_FIELDS;
  return async () => {
    for (const reasonField of reasonFields) {
      const output = await run([...FIELDS, reasonField]);
      if (output === undefined) continue;
      reasonFields = [reasonField];
      return parseNvidiaSmi(output, adapter);
    }
    reasonFields = [];
    return [];
  };
}

function run(fields: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const args = [`--query-gpu=${fields.join(",")}`, "--format=csv,noheader,nounits"];
    const options = { encoding: "utf8", timeout: TIMEOUT_MS, windowsHide: true } as const;
    execFile("nvidia-smi", args, options, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}

/** Reads a line for each GPU, with `[N/A]` or `[Not Supported]` for what a GPU does not tell. */
export function parseNvidiaSmi(output: string, adapter: string): SensorReading[] {
  const lines = output.split("\n").map((line) => line.split(",").map((value) => value.trim()));
  const gpus = lines.filter((values) => values.length === FIELDS.length + 1);
  const named = gpus.filter(([, name]) => adapter.includes(name!));
  return (named.length > 0 ? named : gpus).map(([device, _name, ...values]) => {
    const [busyPercent, clockMhz, highestClockMhz, powerW, powerLimitW, temperatureC] = values.map(numberOf);
    return {
      ...{ source: "nvidia-smi", device: device! },
      ...{ busyPercent, clockMhz, highestClockMhz, powerW, powerLimitW, temperatureC },
      throttledBy: reasonsOf(values.at(-1)!),
    };
  });
}

function numberOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** `HW_SLOWDOWN` is set with each of the two reasons that the hardware has for it. */
function reasonsOf(mask: string): ThrottleReason[] {
  if (!/^0x[\da-f]+$/i.test(mask)) return [];
  const active = BigInt(mask);
  const has = (bits: bigint) => (active & bits) !== 0n;
  const reasons: ThrottleReason[] = [];
  if (has(SW_POWER_CAP)) reasons.push("power-limit");
  if (has(SW_THERMAL_SLOWDOWN | HW_THERMAL_SLOWDOWN)) reasons.push("temperature");
  if (has(HW_POWER_BRAKE_SLOWDOWN)) reasons.push("power-supply");
  if (has(HW_SLOWDOWN) && !has(HW_THERMAL_SLOWDOWN | HW_POWER_BRAKE_SLOWDOWN)) reasons.push("hardware-slowdown");
  return reasons;
}
