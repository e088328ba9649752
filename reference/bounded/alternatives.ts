import { bisectLeft, bisectRight, group } from "d3-array";
import type { Span } from "../oracle.ts";
import { compare, decide, halfToEven, type Order } from "./choices.ts";
import { concat, float64, type Operand, single, Vector } from "./vector.ts";

/** Values of which some have others that are correct as well: the results of choices that may go either way. */
export class Alternatives {
  /** The reference's own. */
  readonly own: Vector;
  /** By the index of the element. */
  readonly others: ReadonlyMap<number, readonly Span[]>;

  constructor(own: Vector, others: ReadonlyMap<number, readonly Span[]> = new Map()) {
    this.own = own;
    this.others = others;
  }
}

/** Integers without an error, such as an index or a count, up to 2³² - 1. */
export function integers(values: ArrayLike<number>): Alternatives {
  return new Alternatives(exact(new Vector(Float64Array.from(values))));
}

/** The same values without errors, where every honest kernel computes exactly them. */
export function exact({ values, noise }: Vector): Vector {
  return new Vector(values, new Float64Array(values.length), noise);
}

/**
 * Whether all elements are integers of at most some magnitude. Sums and products of such numbers are exact in f32, in any
 * order and fused or not, as long as no intermediate result reaches 2²⁴.
 */
export function areIntegersUpTo(most: number, ...vectors: readonly Vector[]): boolean {
  return vectors.every(({ values }) => values.every((value) => Number.isInteger(value) && Math.abs(value) <= most));
}

/**
 * Each element is one of the vectors', within its error. Unlike `anyOf`, values between them are wrong. The first vector
 * gives the reference's own values.
 */
export function oneOf(first: Vector, ...vectors: readonly Vector[]): Alternatives {
  const others = new Map<number, readonly Span[]>();
  for (let i = 0; i < first.length; i++) {
    const own = spanAt(first, i);
    const different = vectors
      .map((vector) => spanAt(vector, i))
      .filter(([least, most]) => least < own[0] || most > own[1]);
    if (different.length > 0) others.set(i, different);
  }
  return new Alternatives(first, others);
}

function spanAt({ values, errors }: Vector, index: number): Span {
  const error = errors?.[index] ?? 0;
  return [values[index]! - error, values[index]! + error];
}

/** A number whose error reaches more integers than this should not be rounded. */
const MOST_ROUNDINGS = 16;

/**
 * The integers to which an honest kernel may round: each vector is without error, and every element takes all of its
 * integers in some vector, the reference's own in the first. Use them with `oneOf`.
 *
 * @param round ties to even by default, as WGSL's `round`
 */
export function roundings(x: Vector, round: (value: number) => number = halfToEven): Vector[] {
  const { values, errors } = x;
  const own = values.map(round);
  if (errors === undefined) return [new Vector(own, undefined, x.noise)];
  const lowest = values.map((value, i) => round(value - errors[i]!));
  const highest = values.map((value, i) => round(value + errors[i]!));
  const steps = highest.reduce((most, high, i) => Math.max(most, high - lowest[i]!), 0);
  if (!(steps <= MOST_ROUNDINGS))
    throw new RangeError(`a number to round has an error of ${steps} integers: keep it smaller`);
  const rounded = Array.from({ length: steps > 0 ? steps + 1 : 0 }, (_, step) =>
    lowest.map((low, i) => Math.min(low + step, highest[i]!)),
  );
  return [own, ...rounded].map((integer) => exact(new Vector(integer)));
}

/** The index of the smallest element, the lowest of equal ones; or of any that an honest kernel may find smallest. */
export function argmin(x: Vector): Alternatives {
  return bestOf(x.length, 1, (index) => [x, index], 1);
}

/** The index of the largest element, as `argmin`. */
export function argmax(x: Vector): Alternatives {
  return bestOf(x.length, 1, (index) => [x, index], -1);
}

/** For each element, the index of the vector in which it is smallest, as `argmin`. */
export function argminAcross(vectors: readonly Vector[]): Alternatives {
  return bestOf(vectors.length, vectors[0]!.length, (index, element) => [vectors[index]!, element], 1);
}

/** @param sign -1 if the largest is best */
function bestOf(
  count: number,
  elements: number,
  at: (index: number, element: number) => readonly [vector: Vector, place: number],
  sign: 1 | -1,
): Alternatives {
  const indices = new Float64Array(elements);
  const others = new Map<number, readonly Span[]>();
  for (let element = 0; element < elements; element++) {
    const numbers = Array.from({ length: count }, (_, index) => {
      const [{ values, errors }, place] = at(index, element);
      return [sign * values[place]!, errors?.[place] ?? 0] as const;
    });
    let best = 0;
    for (let index = 1; index < count; index++) if (numbers[index]![0] < numbers[best]![0]) best = index;
    indices[element] = best;
    const rivals = [...numbers.keys()].filter(
      (index) => index !== best && compare(numbers[index]!, numbers[best]!) === "either",
    );
    if (rivals.length > 0)
      others.set(
        element,
        rivals.map((index) => [index, index]),
      );
  }
  return new Alternatives(exact(new Vector(indices)), others);
}

/**
 * The indices of the largest elements, the best first, of equal ones the lowest first. An element may take every rank
 * that the errors allow.
 *
 * @param alike by index, in ascending order, the elements that every kernel computes alike, so that they are equal
 * whatever their errors; by default, equal ones without an error
 */
export function topK(
  { values, errors }: Vector,
  count: number,
  alike?: ReadonlyMap<number, readonly number[]>,
): Alternatives {
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  const lows = values.map((value, index) => value - (errors?.[index] ?? 0)).sort();
  const highs = values.map((value, index) => value + (errors?.[index] ?? 0)).sort();
  const exactOnes = group(
    order.filter((index) => (errors?.[index] ?? 0) === 0),
    (index) => values[index]!,
  );
  const allowed = Array.from({ length: count }, (): Span[] => []);
  for (const index of order) {
    const error = errors?.[index] ?? 0;
    const equals = alike?.get(index) ?? (error === 0 ? exactOnes.get(values[index]!)! : [index]);
    const place = equals.indexOf(index);
    const first = lows.length - bisectRight(lows, values[index]! + error) + place;
    const last = lows.length - 1 - bisectLeft(highs, values[index]! - error) - (equals.length - 1 - place);
    for (let rank = first; rank <= Math.min(last, count - 1); rank++) {
      if (order[rank] !== index) allowed[rank]!.push([index, index]);
    }
  }
  const others = new Map([...allowed.entries()].filter(([, spans]) => spans.length > 0));
  return new Alternatives(exact(new Vector(Float64Array.from(order.slice(0, count)))), others);
}

/** How many elements of `a` compare with `b` in one of the given ways: every count that errors allow. */
export function countWhere(a: Vector, orders: readonly Exclude<Order, "either">[], b: Operand): Alternatives {
  const inFloat64 = float64(a.values);
  const other = typeof b === "number" ? b : float64(b.values);
  let [own, least, most] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const counts = (order: Order) => order !== "either" && orders.includes(order);
    if (counts(decide(inFloat64, other, i))) own++;
    const order = decide(a, b, i);
    if (counts(order)) least++;
    if (counts(order) || order === "either") most++;
  }
  const others = new Map<number, readonly Span[]>(least < most ? [[0, [[least, most]]]] : []);
  return new Alternatives(exact(new Vector(single(own))), others);
}

/** A function of integers, such as a comparison of a count with a limit, for every value that may come in. */
export function ofIntegers(f: (value: number) => number, { own, others }: Alternatives): Alternatives {
  const results = new Map<number, readonly Span[]>();
  const values = own.values.map(f);
  for (const [element, spans] of others) {
    const found = new Set(
      spans.flatMap(([least, most]) => Array.from({ length: most - least + 1 }, (_, n) => f(least + n))),
    );
    found.delete(values[element]!);
    if (found.size > 0)
      results.set(
        element,
        Array.from(found, (value): Span => [value, value]),
      );
  }
  return new Alternatives(exact(new Vector(values)), results);
}

/** One after the other. */
export function joined(parts: readonly Alternatives[]): Alternatives {
  const others = new Map<number, readonly Span[]>();
  let at = 0;
  for (const part of parts) {
    for (const [element, spans] of part.others) others.set(at + element, spans);
    at += part.own.length;
  }
  return new Alternatives(concat(...parts.map(({ own }) => own)), others);
}
