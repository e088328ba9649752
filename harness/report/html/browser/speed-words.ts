import type { SpeedPoints } from "../../../results/assignment.ts";
import { CS149_FULL } from "../../../results/speed-rule.ts";

/** The speedup from which all speed points are given; null if the rule is not about a speedup. */
export function fullSpeedup({ full, table, curve }: SpeedPoints): number | null {
  return full ?? table?.at(-1)?.[0] ?? (curve === "cs149" ? CS149_FULL : null);
}

/** What gives all speed points, for people: `4x the speed of the plain kernel`. */
export function fullSpeedWords(rule: SpeedPoints): string {
  const { against, table, curve, roofline } = rule;
  if (curve === "cs149") return `1.2 times the time of the ${against} kernel (CS149)`;
  if (roofline !== undefined) return `${Number((100 * roofline).toFixed(1))} % of the roofline`;
  const steps = table === undefined ? "" : table.length === 1 ? " (one step)" : ` (${table.length} steps)`;
  return `${fullSpeedup(rule)}x the speed of the ${against} kernel${steps}`;
}
