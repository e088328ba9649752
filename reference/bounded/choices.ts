import { arithmeticOf, type Operand, Vector, zeros } from "./vector.ts";

/** Forms of the same numbers between which an honest kernel may choose. The first gives the value. */
export function anyOf(first: Vector, ...others: readonly Vector[]): Vector {
  if (first.errors === undefined) return first;
  const errors = first.errors.slice();
  for (const other of others) {
    for (let i = 0; i < errors.length; i++) {
      const reach = Math.abs(other.values[i]! - first.values[i]!) + (other.errors?.[i] ?? 0);
      errors[i] = Math.max(errors[i]!, reach);
    }
  }
  return new Vector(first.values, errors);
}

export type Order = "less" | "equal" | "greater" | "either";

/**
 * The result of a comparison in an honest kernel: `either` if the numbers differ by less than their errors. Comparisons
 * themselves are exact (WGSL, §15.7.4), so exact numbers that are equal are so to every kernel.
 */
export function decide(a: Operand, b: Operand, index = 0): Order {
  return compare(element(a, index), element(b, index));
}

type NumberWithError = readonly [value: number, error: number];

export function compare([x, ex]: NumberWithError, [y, ey]: NumberWithError): Order {
  const difference = x - y;
  if (Math.abs(difference) > ex + ey) return difference < 0 ? "less" : "greater";
  return ex + ey === 0 ? "equal" : "either";
}

function element(operand: Operand, index: number): NumberWithError {
  if (typeof operand === "number") return [operand, 0];
  const at = operand.length === 1 ? 0 : index;
  return [operand.values[at]!, operand.errors?.[at] ?? 0];
}

interface Branches {
  readonly less: Vector;
  /** As `greater` by default. */
  readonly equal?: Vector;
  readonly greater: Vector;
}

/** Elements of one vector or another, by how `a` compares with `b` there; a range that covers both if the comparison may go either way. */
export function choose(a: Operand, b: Operand, { less, greater, equal = greater }: Branches): Vector {
  const { errors: hasErrors, noise } = arithmeticOf([a, b, less, greater]);
  const values = zeros(greater.length);
  const errors = hasErrors ? zeros(greater.length) : undefined;
  for (let i = 0; i < values.length; i++) {
    const order = decide(a, b, i);
    const difference = element(a, i)[0] - element(b, i)[0];
    const branch = difference < 0 ? less : difference === 0 ? equal : greater;
    const [value, error] = element(branch, i);
    values[i] = value;
    if (errors === undefined) continue;
    errors[i] = error;
    if (order !== "either") continue;
    for (const other of [less, equal, greater]) {
      const [otherValue, otherError] = element(other, i);
      errors[i] = Math.max(errors[i]!, Math.abs(otherValue - value) + otherError);
    }
  }
  return new Vector(values, errors, noise);
}

/** Whole numbers: the error reaches every one that a number within its error may be rounded to. */
function rounded({ values, errors, noise }: Vector, round: (value: number) => number): Vector {
  const results = values.map(round);
  const reach = errors?.map((error, i) => {
    const [low, high] = [round(values[i]! - error), round(values[i]! + error)];
    return Math.max(results[i]! - low, high - results[i]!);
  });
  return new Vector(results, reach, noise);
}

export const floor = (x: Vector) => rounded(x, Math.floor);
/** WGSL's `round`: halves go to the even neighbour. */
export const roundHalfEven = (x: Vector) => rounded(x, halfToEven);

export function halfToEven(value: number): number {
  const below = Math.floor(value);
  const isHalf = value - below === 0.5;
  return isHalf ? 2 * Math.round(below / 2) : Math.round(value);
}

/**
 * The elements that an honest kernel may find the largest, the reference's own first. Of exact ties only the first
 * counts.
 */
export function largest(x: Vector): number[] {
  let best = 0;
  for (let i = 1; i < x.length; i++) if (x.values[i]! > x.values[best]!) best = i;
  const others: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (i !== best && decide(x.at(i), x.at(best)) === "either") others.push(i);
  }
  return [best, ...others];
}
