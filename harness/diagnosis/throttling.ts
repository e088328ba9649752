import type { Finding } from "../results/finding.ts";
import type { Conditions, ThrottleReason } from "../results/measurement.ts";

/** Completes "lowered its clock because of". */
const REASONS: Readonly<Record<ThrottleReason, string>> = {
  "power-limit": "its power limit",
  temperature: "its temperature",
  "power-supply": "its power supply",
  "hardware-slowdown": "a slowdown by its hardware",
};

const FIXES: Readonly<Record<ThrottleReason, string>> = {
  "power-limit": "raise the limit or fix a lower clock",
  temperature: "cool it and measure again",
  "power-supply": "check its power supply",
  "hardware-slowdown": "check its cooling and power supply",
};

export function reasonWords(reasons: readonly ThrottleReason[]): string {
  return reasons.map((reason) => REASONS[reason]).join(" and ");
}

/** Says that the clock was lowered, and what that means for the figures. */
export function findThrottling(conditions: Conditions): Finding[] {
  const { source, readings, throttledBy, leastClockMhz, mostClockMhz, highestClockMhz } = conditions;
  if (throttledBy.length === 0) return [];
  const what = source === "processors" ? "a processor" : "the GPU";
  const reasons = reasonWords(throttledBy.map(({ reason }) => reason));
  const often = Math.max(...throttledBy.map((one) => one.readings));
  const highest = highestClockMhz === undefined ? "" : `, at most ${Math.round(highestClockMhz)} MHz`;
  const clock =
    leastClockMhz === undefined || mostClockMhz === undefined
      ? ""
      : `; clock from ${Math.round(leastClockMhz)} to ${Math.round(mostClockMhz)} MHz${highest}`;
  const fixes = throttledBy.map(({ reason }) => FIXES[reason]).join(", and ");
  const sentence = `While kernels were timed, ${what} lowered its clock because of ${reasons} (${often} of ${readings} readings${clock}): speeds are fair, as both kernels run in pairs, but times are longer and shares of the roofline lower than without; to compare times, ${fixes}.`;
  return [{ aspect: "speed", kind: "throttled", sentence, isGuess: false }];
}
