import { greatest, group, max, min, rollup, sum } from "d3-array";
import type { Conditions } from "../results/measurement.ts";
import type { ReadSensors, SensorReading } from "../system/sensor-reading.ts";

/** Readings cost the driver some milliseconds: rarely enough not to matter, often enough for a measurement of seconds. */
const PERIOD_MS = 1000;

/** Reads sensors while kernels are timed, from the start of timing and about once a second. */
export class SensorLog {
  readonly #read: ReadSensors;
  readonly #readings: SensorReading[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #pending: Promise<void> | undefined;

  constructor(read: ReadSensors) {
    this.#read = read;
  }

  /** Between timed runs a GPU lowers its clock, which says nothing about the times. */
  setTiming(isTiming: boolean): void {
    if (isTiming === (this.#timer !== undefined)) return;
    if (isTiming) {
      this.#timer = setInterval(() => this.#take(), PERIOD_MS).unref();
      this.#take();
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Ends reading. Undefined if there are no sensors, or nothing was timed. */
  async end(): Promise<Conditions | undefined> {
    this.setTiming(false);
    await this.#pending;
    return summarize(this.#readings);
  }

  #take(): void {
    this.#pending ??= this.#read().then((readings) => {
      this.#readings.push(...readings);
      this.#pending = undefined;
    });
  }
}

/** Of several GPUs, Dawn does not tell which one it uses: it is the one with the most to do. */
function summarize(all: readonly SensorReading[]): Conditions | undefined {
  const busy = (readings: readonly SensorReading[]) => sum(readings, ({ busyPercent }) => busyPercent ?? 0);
  const readings = greatest(group(all, ({ device }) => device).values(), (a, b) => busy(a) - busy(b));
  if (readings === undefined) return undefined;
  const figures = {
    leastClockMhz: min(readings, ({ clockMhz }) => clockMhz),
    mostClockMhz: max(readings, ({ clockMhz }) => clockMhz),
    highestClockMhz: max(readings, ({ highestClockMhz }) => highestClockMhz),
    mostPowerW: max(readings, ({ powerW }) => powerW),
    powerLimitW: max(readings, ({ powerLimitW }) => powerLimitW),
    mostTemperatureC: max(readings, ({ temperatureC }) => temperatureC),
  };
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  const counts = rollup(
    readings.flatMap(({ throttledBy }) => throttledBy),
    ({ length }) => length,
    (reason) => reason,
  );
  return {
    source: readings[0]!.source,
    readings: readings.length,
    ...(Object.fromEntries(known) as Partial<typeof figures>),
    throttledBy: Array.from(counts, ([reason, count]) => ({ reason, readings: count })),
  } as Conditions;
}
