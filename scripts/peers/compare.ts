import type { Estimates } from "../../reference/oracle.ts";
import { spanOf } from "../../reference/oracle.ts";
import type { Outputs } from "./contestant.ts";

/**
 * The largest difference from the reference in units that the oracle evaluated, as a share of the root mean square of
 * the output's expected values; the worst output counts.
 *
 * @returns `null` if an output is missing, has the wrong size, or is not finite where it was compared
 */
export function relativeError(
  outputs: Outputs,
  estimates: Estimates,
  sizes: Readonly<Record<string, number>>,
  units: ArrayLike<number>,
): number | null {
  let worst = 0;
  for (const [name, { expected, others }] of Object.entries(estimates)) {
    const values = outputs[name];
    if (values === undefined || values.length !== sizes[name]) return null;
    const perUnit = expected.length / units.length;
    let largest = 0;
    let squares = 0;
    for (let at = 0; at < expected.length; at++) {
      const got = values[units[Math.floor(at / perUnit)]! * perUnit + (at % perUnit)]!;
      if (!Number.isFinite(got)) return null;
      squares += expected[at]! ** 2;
      if (spanOf(others, at, got) === undefined) largest = Math.max(largest, Math.abs(got - expected[at]!));
    }
    if (largest > 0) worst = Math.max(worst, largest / Math.sqrt(squares / expected.length));
  }
  return worst;
}
