import { count } from "../text/count.ts";
import type { FleetStatus } from "./remote-run.ts";

/**
 * `3 machines, 12 at once; 180 waiting; 2.1/s, about 2 min left`
 *
 * @param left submissions without a verdict, also those not in the queue yet
 */
export function fleetLine({ machines, places, active, perSecond }: FleetStatus, left: number): string {
  if (machines === 0) return `${count(left, "submission")} left, no worker yet`;
  const work = `${count(machines, "machine")}, ${active} of ${places} at work; ${Math.max(0, left - active)} waiting`;
  if (perSecond === 0) return work;
  return `${work}; ${rateText(perSecond)}, ${timeText(left / perSecond)} left`;
}

function rateText(perSecond: number): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(60 * perSecond).toFixed(1)}/min`;
}

function timeText(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${(minutes / 60).toFixed(1)} h`;
}
