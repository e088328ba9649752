import { Alternatives, bounded, float64, perturbed, remembered, type Vector } from "../../reference/bounded.ts";
import { MonteCarloArithmetic } from "../../reference/monte-carlo-arithmetic.ts";
import { type Estimates, type Oracle, type Problem, type Shape, UnsolvableProblem } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { MIN_NORMAL, ULP } from "../../reference/rounding.ts";
import { dimSizes, elementCount } from "./dims.ts";
import { unpacked } from "./element-types.ts";
import type { TensorSpec } from "./task.ts";

/** Sizes as numbers, params as vectors of one element, and the unit's index along the unit's axes. */
export type Given<K extends string, P extends string> = Readonly<Record<K, number>> &
  Readonly<Record<P, Vector>> & { readonly unit: number };

/** A task's function, of one unit, over bounded numbers. An output of integers has no error: see `Alternatives`. */
export type ReferenceFunction<K extends string, P extends string, I extends string, O extends string> = (
  inputs: Readonly<Record<I, Vector>>,
  given: Given<K, P>,
) => Readonly<Record<O, Vector | Alternatives>>;

/** Does what all units share, such as projections, before the first of them. Its inputs are whole. */
export interface PreparedReference<K extends string, P extends string, I extends string, O extends string> {
  prepare(
    inputs: Readonly<Record<I, Vector>>,
    given: Omit<Given<K, P>, "unit">,
  ): (inputs: Readonly<Record<I, Vector>>, given: Given<K, P>) => Readonly<Record<O, Vector | Alternatives>>;
}

export type Reference<K extends string, P extends string, I extends string, O extends string> =
  | ReferenceFunction<K, P, I, O>
  | PreparedReference<K, P, I, O>;

export interface ReferenceDefinition<K extends string, P extends string, I extends string, O extends string> {
  /** The leading axes of every output, each index of which is evaluated separately: a row. Empty if the whole problem is one unit. */
  readonly unit: readonly K[];
  /** Inputs that begin with one or more of the unit's axes are given as the unit's part, others as a whole. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly reference: Reference<K, P, I, O>;
  /** For functions that go over their own results many times, whose running error bounds grow without limit. */
  readonly arithmetic?: "monte-carlo";
  /** As of `Oracle`. */
  readonly goldenOfLargest?: true;
}

/**
 * Number of runs in Monte Carlo arithmetic, and the bound as a multiple of their largest deviation. Of 16 normal
 * deviates the largest is below half a standard deviation once in 10⁷, so the bound is at least 4 of them. Rounding at
 * random up or down has twice the standard deviation of rounding to nearest: for kernels on usual hardware, the bound is
 * 8 standard deviations or more.
 */
const MONTE_CARLO_RUNS = 16;
const MONTE_CARLO_DEVIATIONS = 8;
/** The least bound of a Monte Carlo estimate, relative to the value: all runs may agree by chance. */
const MONTE_CARLO_FLOOR = 16 * ULP;

/** Golden values of functions that accumulate their own errors agree less closely. */
const ITERATED_GOLDEN_TOLERANCE = 1e-9;

/** The oracle of a reference function. */
export function oracleOf<K extends string, P extends string, I extends string, O extends string>(
  definition: ReferenceDefinition<K, P, I, O>,
): Oracle<K, P> {
  const { unit: axes, arithmetic, goldenOfLargest } = definition;
  const isMonteCarlo = arithmetic === "monte-carlo";
  const integers = new Set(definition.outputs.flatMap(({ name, type }) => (type === "f32" ? [] : [name])));
  return {
    units: (shape: Shape<K>) => unitCount(axes, shape),
    ...(isMonteCarlo ? { goldenTolerance: ITERATED_GOLDEN_TOLERANCE } : {}),
    ...(goldenOfLargest === undefined ? {} : { goldenOfLargest }),
    prepare(problem: Problem<K, P>) {
      if (!isMonteCarlo) {
        const run = runIn(definition, problem, bounded);
        return (unit, into, slot) => writeBounded(run(unit), integers, into, slot);
      }
      const exact = runIn(definition, problem, float64);
      const runs = Array.from({ length: MONTE_CARLO_RUNS }, (_, index) => {
        const noise = new MonteCarloArithmetic(new Random("reference bound", index));
        return runIn(definition, problem, (values) => perturbed(values, noise));
      });
      return (unit, into, slot) => {
        writeExact(exact(unit), integers, into, slot);
        for (const run of runs) raiseBounds(run(unit), integers, into, slot);
      };
    },
  };
}

function unitCount<K extends string>(axes: readonly K[], shape: Shape<K>): number {
  return axes.reduce((product, axis) => product * shape[axis], 1);
}

type Results = Readonly<Record<string, Vector | Alternatives>>;

function ownValues(result: Vector | Alternatives): Vector {
  return result instanceof Alternatives ? result.own : result;
}

/** A bound of f32 is at least the smallest normal number: a kernel's last store may flush. */
function writeBounded(results: Results, integers: ReadonlySet<string>, into: Estimates, slot: number): void {
  // Often of one element, for which `Object.entries` and `set` would take most of the time.
  for (const name in results) {
    const result = results[name]!;
    const { values, errors } = ownValues(result);
    const { expected, bound, others } = into[name]!;
    const start = slot * values.length;
    const areIntegers = integers.has(name);
    if (areIntegers) checkIntegers(name, result);
    for (let i = 0; i < values.length; i++) {
      expected[start + i] = values[i]!;
      if (!areIntegers) bound[start + i] = Math.max(errors?.[i] ?? 0, MIN_NORMAL);
    }
    if (!(result instanceof Alternatives)) continue;
    for (const [i, spans] of result.others) others!.set(start + i, spans);
  }
}

const LARGEST_U32 = 2 ** 32 - 1;

function checkIntegers(name: string, result: Vector | Alternatives): void {
  const { values, errors } = ownValues(result);
  const wrong = values.findIndex(
    (value, i) => !(Number.isInteger(value) && value >= 0 && value <= LARGEST_U32 && (errors?.[i] ?? 0) === 0),
  );
  if (wrong < 0) return;
  throw new Error(
    `the reference gives ${values[wrong]} ± ${errors?.[wrong] ?? 0} for ${name}[${wrong}], which is u32: return exact integers, as \`integers\`, \`argmin\`, \`countWhere\` and \`oneOf(...roundings(x))\` make them`,
  );
}

function writeExact(results: Results, integers: ReadonlySet<string>, into: Estimates, slot: number): void {
  for (const [name, result] of Object.entries(results)) {
    const { values } = ownValues(result);
    const { expected, bound } = into[name]!;
    const start = slot * values.length;
    expected.set(values, start);
    if (integers.has(name)) continue;
    for (let i = 0; i < values.length; i++) bound[start + i] = Math.abs(values[i]!) * MONTE_CARLO_FLOOR + MIN_NORMAL;
  }
}

function raiseBounds(perturbedResults: Results, integers: ReadonlySet<string>, into: Estimates, slot: number): void {
  for (const [name, result] of Object.entries(perturbedResults)) {
    const { values } = ownValues(result);
    const { expected, bound, others } = into[name]!;
    const start = slot * values.length;
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const deviation = Math.abs(value - expected[start + i]!);
      if (!Number.isFinite(deviation)) throw new UnsolvableProblem("this problem breaks down in f32 arithmetic");
      if (!integers.has(name)) bound[start + i] = Math.max(bound[start + i]!, MONTE_CARLO_DEVIATIONS * deviation);
      else if (deviation > 0) others!.set(start + i, [...(others!.get(start + i) ?? []), [value, value]]);
    }
  }
}

type ToVector = (values: ArrayLike<number>) => Vector;

/** The function of a unit's index, for a problem, in one arithmetic. */
function runIn<K extends string, P extends string, I extends string, O extends string>(
  definition: ReferenceDefinition<K, P, I, O>,
  { shape, params, inputs: tensors }: Problem<K, P>,
  vector: ToVector,
): (unit: number) => Results {
  const { unit: axes, inputs, outputs, reference } = definition;
  const count = unitCount(axes, shape);
  const whole = Object.fromEntries(
    inputs.map((spec) => {
      const cols = dimSizes(spec, shape).at(-1)!;
      return [spec.name, vector(unpacked(spec.type, cols, tensors[spec.name]!))];
    }),
  ) as Record<I, Vector>;
  const scalars = Object.fromEntries(Object.entries<number>(params).map(([name, value]) => [name, vector([value])]));
  // Names come from the definition's own keys, which TypeScript cannot follow through Object.fromEntries.
  const given = { ...shape, ...scalars } as Given<K, P>;
  const ofUnit = typeof reference === "function" ? reference : reference.prepare(whole, given);
  // One object for all units: making it anew takes a microsecond, longer than many units.
  const givenOfUnit = { ...given, unit: 0 };
  // An input's part is cut out only if the reference takes it.
  const own = { ...whole };
  for (const spec of inputs) {
    const name = spec.name as I;
    const part = partOf(spec, axes, shape, whole[name]);
    if (part === undefined) continue;
    Object.defineProperty(own, name, { enumerable: true, get: () => part(givenOfUnit.unit) });
  }
  const perUnit = outputs.map((output) => [output.name, elementCount(output, shape) / count] as const);
  return (unit) => {
    givenOfUnit.unit = unit;
    const results = ofUnit(own, givenOfUnit);
    for (const [name, length] of perUnit) {
      const found = ownValues(results[name as O]).length;
      if (found === length) continue;
      throw new Error(`the reference gives ${found} elements of ${name} for a unit of ${length}`);
    }
    return results;
  };
}

/** Cuts a unit's part out of a tensor that begins with some of the unit's axes; undefined for others. */
function partOf<K extends string>(
  { dims }: TensorSpec,
  axes: readonly K[],
  shape: Shape<K>,
  whole: Vector,
): ((unit: number) => Vector) | undefined {
  const leading: K[] = [];
  for (const dim of dims) {
    const axis = axes.find((one) => one === dim);
    if (axis === undefined || leading.includes(axis)) break;
    leading.push(axis);
  }
  if (leading.length === 0) return;
  const parts = unitCount(leading, shape);
  const sizes = leading.map((axis) => shape[axis]);
  // How many units pass before an axis' index grows.
  const strides = leading.map((axis) => unitCount(axes.slice(axes.indexOf(axis) + 1), shape));
  const length = whole.length / parts;
  const cut = (part: number) => whole.slice(part * length, length);
  const partAt = parts < unitCount(axes, shape) ? remembered(cut) : cut;
  return (unit) => {
    let part = 0;
    for (let at = 0; at < sizes.length; at++) part = part * sizes[at]! + (Math.floor(unit / strides[at]!) % sizes[at]!);
    return partAt(part);
  };
}
