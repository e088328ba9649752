import type { Roofline } from "../../results/measurement.ts";
import type { BrowserAdapter } from "../worker/check-protocol.ts";

/** Changes with the measurements: older ones are then ignored. */
const FORMAT = 1;

/** The adapter's roofline as measured earlier by this version of this browser. */
export function knownRoofline(adapter: BrowserAdapter | undefined): Roofline | null {
  try {
    const kept = adapter && localStorage.getItem(keyOf(adapter));
    return kept ? (JSON.parse(kept) as Roofline) : null;
  } catch {
    return null;
  }
}

/** Never throws: without storage, the roofline is measured each time. */
export function keepRoofline(adapter: BrowserAdapter | undefined, roofline: Roofline): void {
  try {
    if (adapter !== undefined) localStorage.setItem(keyOf(adapter), JSON.stringify(roofline));
  } catch {}
}

function keyOf({ description, clock }: BrowserAdapter): string {
  return `kernelmark roofline ${JSON.stringify([FORMAT, description, clock.name, navigator.userAgent])}`;
}
