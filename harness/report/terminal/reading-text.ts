import { reasonWords } from "../../diagnosis/throttling.ts";
import type { SensorReading } from "../../system/sensor-reading.ts";

/** `1980 of 1980 MHz, 113 of 700 W, 41 °C (nvidia-smi)`, as far as it is known. */
export function readingText(reading: SensorReading): string {
  const { source, throttledBy, temperatureC } = reading;
  const parts = [
    ofLimit(reading.clockMhz, reading.highestClockMhz, "MHz"),
    ofLimit(reading.powerW, reading.powerLimitW, "W"),
    temperatureC === undefined ? undefined : `${Math.round(temperatureC)} °C`,
    throttledBy.length === 0 ? undefined : `throttled by ${reasonWords(throttledBy)}`,
  ].filter((part) => part !== undefined);
  return `${parts.join(", ") || "not throttled"} (${source})`;
}

function ofLimit(value: number | undefined, limit: number | undefined, unit: string): string | undefined {
  if (value === undefined) return undefined;
  return `${Math.round(value)}${limit === undefined ? "" : ` of ${Math.round(limit)}`} ${unit}`;
}
