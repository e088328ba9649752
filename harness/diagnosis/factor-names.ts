type Sizes = Readonly<Record<string, number>>;

/** A number found in a case, with the case's sizes and params. */
export interface Sighting {
  readonly value: number;
  readonly sizes: Sizes;
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

/** A name that fits a number in every case: `rows`, `1/√dim`, `1 - rate`, `8`, `ln 2`; undefined if it varies and no name fits. */
export function nameOf(sightings: readonly Sighting[]): string | undefined {
  const [first] = sightings;
  if (first === undefined) return undefined;
  const isEverywhere = (of: (sizes: Sizes) => number) =>
    sightings.every(({ value, sizes }) => isClose(value, of(sizes)));
  // A size's name needs at least two different values, to be distinguishable from a constant.
  for (const [name, of] of sizeNames(Object.keys(first.sizes))) {
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

function sizeNames(names: readonly string[]): (readonly [string, (sizes: Sizes) => number])[] {
  const single = names.flatMap((name) => [
    [name, (sizes: Sizes) => sizes[name]!] as const,
    [`1/${name}`, (sizes: Sizes) => 1 / sizes[name]!] as const,
    [`√${name}`, (sizes: Sizes) => Math.sqrt(sizes[name]!)] as const,
    [`1/√${name}`, (sizes: Sizes) => 1 / Math.sqrt(sizes[name]!)] as const,
    [`ln ${name}`, (sizes: Sizes) => Math.log(sizes[name]!)] as const,
    [`-ln ${name}`, (sizes: Sizes) => -Math.log(sizes[name]!)] as const,
    [`1 + ${name}`, (sizes: Sizes) => 1 + sizes[name]!] as const,
    [`1 - ${name}`, (sizes: Sizes) => 1 - sizes[name]!] as const,
  ]);
  const pairs = names.flatMap((a) =>
    names
      .filter((b) => b !== a)
      .flatMap((b) => [
        [`${a}/${b}`, (sizes: Sizes) => sizes[a]! / sizes[b]!] as const,
        [`√(${a}/${b})`, (sizes: Sizes) => Math.sqrt(sizes[a]! / sizes[b]!)] as const,
      ]),
  );
  return [...single, ...pairs];
}
