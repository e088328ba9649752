import type { Oracle, Params, Shape } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import type { Task } from "../task/task.ts";

/** Operations up to which a problem is put before the oracle as a whole. */
const WHOLE_FLOPS = 5e6;
/** Operations that the oracle may spend on a sample of a larger problem. */
const SAMPLE_FLOPS = 3e6;
const SMALLEST_SAMPLE = 24;

/** Places where kernels go wrong: the ends, and both sides of where one dimension of workgroups ends. */
const SPECIAL_UNITS = [0, 1, 63, 64, 255, 256, 65_534, 65_535, 65_536];

/**
 * The units of a problem that the oracle evaluates, in ascending order: all of them where that is cheap, else the
 * special ones and a random sample, unknown to the submission.
 */
export function sampleUnits(
  { spec, oracle }: { spec: Task["spec"]; oracle: Oracle },
  shape: Shape,
  params: Params,
  ...seed: readonly (string | number)[]
): Int32Array {
  const count = oracle.units(shape);
  const flops = spec.flops(shape, params);
  if (flops <= WHOLE_FLOPS || count <= SMALLEST_SAMPLE) return Int32Array.from({ length: count }, (_, unit) => unit);
  const size = Math.max(SMALLEST_SAMPLE, Math.floor((SAMPLE_FLOPS / flops) * count));
  const chosen = new Set(SPECIAL_UNITS.filter((unit) => unit < count));
  chosen.add(count - 1).add(count - 2);
  const random = new Random(...seed, "units");
  while (chosen.size < Math.min(size, count)) chosen.add(random.integer(0, count - 1));
  return Int32Array.from(chosen).sort();
}

/** How many units are suspected at most, for each output and each of two ways of looking. */
const SUSPECTS = 6;

/**
 * The units outside the sample in which an output differs most from the plain house kernel's, by absolute difference
 * and relative to the size of the unit's values. The oracle judges them, so that a wrong element can hide only where
 * even the farthest outliers are right.
 *
 * @param got the submission's output
 * @param plain the plain house kernel's output, which the oracle has found right
 * @param perUnit elements of this output in a unit
 * @param sampled units already judged, ascending
 */
export function suspectUnits(
  got: Float32Array,
  plain: Float32Array,
  perUnit: number,
  sampled: Int32Array,
): { unit: number; relative: number }[] {
  const byDifference = new Leaders();
  const byRatio = new Leaders();
  let next = 0;
  for (let unit = 0; unit * perUnit < got.length; unit++) {
    if (sampled[next] === unit) {
      next++;
      continue;
    }
    let difference = 0;
    let scale = 0;
    for (let e = unit * perUnit; e < (unit + 1) * perUnit; e++) {
      const apart = Math.abs(got[e]! - plain[e]!);
      if (!(apart <= difference)) difference = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
      scale = Math.max(scale, Math.abs(plain[e]!));
    }
    if (difference === 0) continue;
    byDifference.offer(unit, difference, difference / scale);
    byRatio.offer(unit, difference / scale, difference / scale);
  }
  const suspects = new Map<number, number>();
  for (const { unit, relative } of [...byDifference.units, ...byRatio.units]) suspects.set(unit, relative);
  return [...suspects].map(([unit, relative]) => ({ unit, relative })).sort((a, b) => a.unit - b.unit);
}

/** Keeps the units with the highest scores. */
class Leaders {
  readonly units: { unit: number; score: number; relative: number }[] = [];

  offer(unit: number, score: number, relative: number): void {
    if (this.units.length === SUSPECTS && score <= this.units[SUSPECTS - 1]!.score) return;
    const place = this.units.findIndex((other) => other.score < score);
    this.units.splice(place < 0 ? this.units.length : place, 0, { unit, score, relative });
    this.units.length = Math.min(this.units.length, SUSPECTS);
  }
}
