import type { Estimate, Oracle, Params, Shape, Tensor } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import type { Task } from "../task/task.ts";

/** Problems up to this many operations and units are evaluated in full. */
const WHOLE_FLOPS = 5e6;
const WHOLE_UNITS = 20_000;
/** The oracle's operations on a sample of a larger problem, and its units: each takes microseconds, however small. */
const SAMPLE_FLOPS = 3e6;
const SAMPLE_UNITS = 8192;
const SMALLEST_SAMPLE = 24;
/** Hardly any units of an honest kernel stand out, so only odd kernels pay for suspects. */
const SUSPECTS_PER_SAMPLED = 10;

/** Places where kernels often fail: the ends, and both sides of the end of one dimension of workgroups. */
const SPECIAL_UNITS = [0, 1, 63, 64, 255, 256, 65_534, 65_535, 65_536];

/**
 * The units of a problem that the oracle evaluates, in ascending order: all of them if that is cheap, else the special
 * ones and a random sample, unknown to the submission.
 */
export function sampleUnits(
  { spec, oracle }: { spec: Task["spec"]; oracle: Oracle },
  shape: Shape,
  params: Params,
  ...seed: readonly (string | number)[]
): Int32Array {
  const count = oracle.units(shape);
  const flops = spec.flops(shape, params);
  if ((flops <= WHOLE_FLOPS && count <= WHOLE_UNITS) || count <= SMALLEST_SAMPLE) {
    return Int32Array.from({ length: count }, (_, unit) => unit);
  }
  const size = Math.max(SMALLEST_SAMPLE, Math.floor(affordableUnits(count, flops)));
  const chosen = new Set(SPECIAL_UNITS.filter((unit) => unit < count));
  chosen.add(count - 1).add(count - 2);
  const random = new Random(...seed, "units");
  while (chosen.size < Math.min(size, count)) chosen.add(random.integer(0, count - 1));
  return Int32Array.from(chosen).sort();
}

function affordableUnits(count: number, flops: number): number {
  return Math.min((SAMPLE_FLOPS / flops) * count, SAMPLE_UNITS);
}

/** Units that are always suspected, per criterion. */
const LEADERS = 3;
/**
 * An element stands out if it differs from the plain kernel's by more than this share of the usual error bound for
 * values of its size. A wrong one does, unless the plain kernel's own error is almost as large: honest kernels stay
 * below about a tenth of their bounds.
 */
const STANDS_OUT = 0.5;

/** A problem's plain output and the oracle's estimates of some units, for a cheap comparison. */
export interface Comparison {
  /** The plain kernel's output, correct in the units that the oracle evaluated. */
  readonly plain: Tensor;
  /** The units that the oracle has evaluated, ascending, and its estimates. */
  readonly units: Int32Array;
  readonly estimate: Estimate;
  /** The most units to sample from those that stand out, by `suspectCount`. */
  readonly mostDrawn: number;
}

/** The most units to sample from those that stand out. */
export function suspectCount({ spec, oracle }: Pick<Task, "spec" | "oracle">, shape: Shape, params: Params): number {
  const affordable = affordableUnits(oracle.units(shape), spec.flops(shape, params));
  return Math.max(SMALLEST_SAMPLE, Math.floor(SUSPECTS_PER_SAMPLED * affordable));
}

/**
 * The units outside the sample that the oracle should judge, ascending: those in which an output is farthest from the
 * plain kernel's, absolutely, or relative to the unit, the element or the usual error bound; and those that stand out.
 * If too many do, a random k of these n are taken: w wrong units hidden among n - w decoys are found with probability
 * 1 - (1 - k/n)^w or more.
 *
 * @param random unknown to the submission
 */
export function suspectUnits(got: Tensor, comparison: Comparison, random: Random): Int32Array {
  const { leaders, standing } =
    comparison.plain instanceof Uint32Array ? differingUnits(got, comparison) : distantUnits(got, comparison);
  const { mostDrawn } = comparison;
  for (let drawn = 0; drawn < Math.min(mostDrawn, standing.length); drawn++) {
    const other = random.integer(drawn, standing.length - 1);
    [standing[drawn], standing[other]] = [standing[other]!, standing[drawn]!];
  }
  return Int32Array.from(new Set([...leaders, ...standing.slice(0, mostDrawn)])).sort();
}

interface Suspects {
  readonly leaders: readonly number[];
  /** Ascending. */
  readonly standing: number[];
}

/** Integers that differ from the plain kernel's are wrong, unless a choice may go either way: every such unit stands out. */
function differingUnits(got: Tensor, { plain, units, estimate }: Comparison): Suspects {
  const perUnit = estimate.expected.length / units.length;
  const byCount = new Leaders();
  const standing: number[] = [];
  let next = 0;
  for (let unit = 0; unit * perUnit < got.length; unit++) {
    if (units[next] === unit) {
      next++;
      continue;
    }
    let different = 0;
    for (let e = unit * perUnit; e < (unit + 1) * perUnit; e++) if (got[e] !== plain[e]) different++;
    if (different === 0) continue;
    byCount.offer(unit, different);
    standing.push(unit);
  }
  return { leaders: byCount.units, standing };
}

function distantUnits(got: Tensor, { plain, units, estimate }: Comparison): Suspects {
  const perUnit = estimate.expected.length / units.length;
  const perBound = boundsBySize(estimate).map((bound) => 1 / bound);
  const perSize = perBound.map((_, size) => 2 ** (SMALLEST_EXPONENT - size));
  const words = new Uint32Array(plain.buffer, plain.byteOffset, plain.length);
  const [byDifference, byUnit, byElement, byBound] = [new Leaders(), new Leaders(), new Leaders(), new Leaders()];
  const standing: number[] = [];
  let next = 0;
  for (let unit = 0; unit * perUnit < got.length; unit++) {
    if (units[next] === unit) {
      next++;
      continue;
    }
    let difference = 0;
    let scale = 0;
    let toElement = 0;
    let toBound = 0;
    for (let e = unit * perUnit; e < (unit + 1) * perUnit; e++) {
      const value = plain[e]!;
      const apart = Math.abs(got[e]! - value);
      if (!(apart <= difference)) difference = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
      const size = Math.abs(value);
      if (size > scale) scale = size;
      const ofSize = sizeClass(words[e]!);
      const element = apart * perSize[ofSize]!;
      if (element > toElement) toElement = element;
      const bound = apart * perBound[ofSize]!;
      if (bound > toBound) toBound = bound;
    }
    if (difference === Number.POSITIVE_INFINITY) toElement = toBound = difference;
    if (difference === 0) continue;
    byDifference.offer(unit, difference);
    byUnit.offer(unit, difference / scale);
    byElement.offer(unit, toElement);
    byBound.offer(unit, toBound);
    if (toBound > STANDS_OUT) standing.push(unit);
  }
  return { leaders: [byDifference, byUnit, byElement, byBound].flatMap(({ units }) => units), standing };
}

/** The size class of f32 values with exponent field 0. */
const SMALLEST_EXPONENT = 127;

/** A size class covers the values from a power of two to the next: the exponent field of an f32's bits. */
function sizeClass(bits: number): number {
  return (bits >>> 23) & 0xff;
}

const SIZE_CLASSES = 256;

/**
 * The oracle's smallest error bound for values of each size class, which wrong errors exceed. A class that the sample
 * lacks has that of the next smaller one, since bounds grow with values; below the smallest, bounds are assumed to shrink
 * with the values.
 */
function boundsBySize({ expected, bound }: Estimate): Float64Array {
  const bounds = new Float64Array(SIZE_CLASSES).fill(Number.POSITIVE_INFINITY);
  const value = new Float32Array(1);
  const word = new Uint32Array(value.buffer);
  for (let e = 0; e < expected.length; e++) {
    value[0] = expected[e]!;
    const size = sizeClass(word[0]!);
    if (bound[e]! < bounds[size]!) bounds[size] = bound[e]!;
  }
  const smallest = bounds.findIndex(Number.isFinite);
  for (let size = 0; size < smallest; size++) bounds[size] = bounds[smallest]! * 2 ** (size - smallest);
  for (let size = smallest + 1; size < SIZE_CLASSES; size++) {
    if (!Number.isFinite(bounds[size]!)) bounds[size] = bounds[size - 1]!;
  }
  return bounds;
}

/** Keeps the units with the highest scores. */
class Leaders {
  readonly #scores: number[] = [];
  readonly units: number[] = [];

  offer(unit: number, score: number): void {
    if (this.units.length === LEADERS && score <= this.#scores[LEADERS - 1]!) return;
    const place = this.#scores.findIndex((other) => other < score);
    const at = place < 0 ? this.units.length : place;
    this.units.splice(at, 0, unit);
    this.#scores.splice(at, 0, score);
    this.units.length = this.#scores.length = Math.min(this.units.length, LEADERS);
  }
}
