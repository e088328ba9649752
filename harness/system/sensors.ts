import { currentSystem } from "./current-system.ts";
import { nvidiaSensors } from "./nvidia-smi.ts";
import type { ReadSensors } from "./sensor-reading.ts";
import { amdSensors, processorSensors } from "./sysfs-sensors.ts";

/** The sensors of an adapter's GPU, or of the processors if it computes in software. */
export function sensorsOf(
  {
    kind,
    vendor,
    description,
  }: { readonly kind: "hardware" | "software"; readonly vendor: string; readonly description: string },
  system = currentSystem(),
): ReadSensors {
  if (kind === "hardware" && vendor === "nvidia") return nvidiaSensors(description);
  if (system !== "linux") return async () => [];
  if (kind === "software") return processorSensors();
  return vendor === "amd" ? amdSensors() : async () => [];
}
