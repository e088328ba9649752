import type { PlanFunction } from "./plan.ts";

/**
 * A plan for each kind of adapter. Software adapters pay for barriers and workgroup memory, which GPUs need to share
 * rows, with many times what they compute in between.
 */
export function byDeviceKind<K extends string, P extends string>({
  software,
  hardware,
}: {
  readonly software: PlanFunction<K, P>;
  readonly hardware: PlanFunction<K, P>;
}): PlanFunction<K, P> {
  return (context) => (context.device.kind === "software" ? software(context) : hardware(context));
}

/** The plan that a kind of adapter gets, on any adapter. */
export function onDeviceKind<K extends string, P extends string>(
  kind: "software" | "hardware",
  plan: PlanFunction<K, P>,
): PlanFunction<K, P> {
  return (context) => plan({ ...context, device: { ...context.device, kind } });
}
