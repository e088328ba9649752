import type { Shape } from "../../reference/oracle.ts";

/** A number found in a case, with the case's sizes. */
export interface Sighting {
  readonly value: number;
  readonly shape: Shape;
}

const CLOSE = 1e-3;

const CONSTANTS: readonly (readonly [string, number])[] = [
  ["ln 2", Math.LN2],
  ["log2(e) = 1/ln 2", Math.LOG2E],
  ["ln 10", Math.LN10],
  ["√2", Math.SQRT2],
  ["1/√2", Math.SQRT1_2],
  ["π", Math.PI],
  ["2π", 2 * Math.PI],
  ["√(2π)", Math.sqrt(2 * Math.PI)],
  ["ln 2π", Math.log(2 * Math.PI)],
  ["1/127", 1 / 127],
  ["1/128", 1 / 128],
];

/** A name that fits a number in every case: `rows`, `1/√dim`, `8`, `ln 2`; undefined if it varies and no name fits. */
export function nameOf(sightings: readonly Sighting[]): string | undefined {
  const [first] = sightings;
  if (first === undefined) return undefined;
  const isEverywhere = (of: (shape: Shape) => number) =>
    sightings.every(({ value, shape }) => isClose(value, of(shape)));
  // A size's name needs at least two different values, to be distinguishable from a constant.
  for (const [name, of] of sizeNames(Object.keys(first.shape))) {
    const isInformative = new Set(sightings.map(({ value }) => value.toPrecision(3))).size > 1;
    if (isInformative && isEverywhere(of)) return name;
  }
  for (const [name, value] of CONSTANTS) {
    if (isEverywhere(() => value)) return name;
    if (isEverywhere(() => -value)) return `-${name}`;
  }
  if (!isEverywhere(() => first.value)) return undefined;
  const rounded = Math.round(first.value);
  if (rounded !== 0 && isClose(first.value, rounded)) return String(rounded);
  const inverse = Math.round(1 / first.value);
  if (inverse !== 0 && isClose(first.value * inverse, 1)) return `1/${inverse}`;
  return String(Number(first.value.toPrecision(4)));
}

function isClose(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) <= CLOSE * Math.abs(wanted);
}

function sizeNames(names: readonly string[]): (readonly [string, (shape: Shape) => number])[] {
  const single = names.flatMap((name) => [
    [name, (shape: Shape) => shape[name]!] as const,
    [`1/${name}`, (shape: Shape) => 1 / shape[name]!] as const,
    [`√${name}`, (shape: Shape) => Math.sqrt(shape[name]!)] as const,
    [`1/√${name}`, (shape: Shape) => 1 / Math.sqrt(shape[name]!)] as const,
    [`ln ${name}`, (shape: Shape) => Math.log(shape[name]!)] as const,
    [`-ln ${name}`, (shape: Shape) => -Math.log(shape[name]!)] as const,
  ]);
  const pairs = names.flatMap((a) =>
    names
      .filter((b) => b !== a)
      .flatMap((b) => [
        [`${a}/${b}`, (shape: Shape) => shape[a]! / shape[b]!] as const,
        [`√(${a}/${b})`, (shape: Shape) => Math.sqrt(shape[a]! / shape[b]!)] as const,
      ]),
  );
  return [...single, ...pairs];
}
