import { guaranteedLimits } from "./limits.ts";
import type { DeviceContext } from "./plan.ts";

/** A device without optional features, for plans that are made but not run. */
export const PLAIN_DEVICE: DeviceContext = {
  features: [],
  limits: guaranteedLimits,
  subgroupMinSize: 4,
  subgroupMaxSize: 4,
  kind: "software",
};
