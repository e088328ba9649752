/**
 * Why a clock is below what was asked for: `power-supply` is a brake from outside the GPU, `hardware-slowdown` one by the
 * GPU itself without a further reason.
 */
export type ThrottleReason = "power-limit" | "temperature" | "power-supply" | "hardware-slowdown";

/** One reading of a GPU, or of all processors. What the driver does not tell is undefined. */
export interface SensorReading {
  readonly source: "nvidia-smi" | "amdgpu" | "processors";
  /** Distinguishes the GPUs of a machine. */
  readonly device: string;
  readonly busyPercent: number | undefined;
  readonly clockMhz: number | undefined;
  readonly highestClockMhz: number | undefined;
  readonly powerW: number | undefined;
  readonly powerLimitW: number | undefined;
  readonly temperatureC: number | undefined;
  readonly throttledBy: readonly ThrottleReason[];
}

/** Reads the sensors once. Never rejects; without sensors, there are no readings. */
export type ReadSensors = () => Promise<readonly SensorReading[]>;
