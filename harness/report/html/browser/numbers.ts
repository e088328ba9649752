// Numbers for people. In a column, all have the same number of decimals, and the same unit: see `Column`.

/** In place of a number that is not known. */
export const NOTHING = "–";

/** `8.5`, `10`: points have at most two decimals. */
export function points(value: number | null): string {
  return value === null ? NOTHING : String(Number(value.toFixed(2)));
}

/** Two decimals below 10, one below 100: 0.99×, 1.80×, 12.4×. */
export function factor(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  return `${threeDigits(value)}×`;
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return NOTHING;
  const value = 100 * share;
  return `${value.toFixed(percentDigits(value))} %`;
}

const UNITS = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
] as const;

function unitOf(nanoseconds: number): (typeof UNITS)[number] {
  return UNITS.find(([least]) => nanoseconds >= least) ?? [1, "ns"];
}

export function duration(nanoseconds: number): string {
  const [size, unit] = unitOf(nanoseconds);
  return `${threeDigits(nanoseconds / size)} ${unit}`;
}

export function threeDigits(value: number): string {
  return value.toFixed(decimalsOf(value));
}

/** Decimals of a number with three digits. */
function decimalsOf(value: number): number {
  return value >= 100 ? 0 : value >= 10 ? 1 : 2;
}

function percentDigits(value: number): number {
  return value >= 10 || value === 0 ? 0 : value >= 1 ? 1 : 2;
}

/** Writes the values of one column; null or a number that is not finite is a dash. */
export type Column = (value: number | null | undefined) => string;

function columnOf(
  values: Iterable<number | null | undefined>,
  wordsFor: (known: readonly number[]) => (value: number) => string,
): Column {
  const isKnown = (value: number | null | undefined) => typeof value === "number" && Number.isFinite(value);
  const words = wordsFor([...values].filter(isKnown) as number[]);
  return (value) => (isKnown(value) ? words(value as number) : NOTHING);
}

/** `8.50`, `10.00`; no decimals if all are integers. */
export function pointsColumn(values: Iterable<number | null | undefined>): Column {
  return columnOf(values, (known) => {
    const digits = Math.max(0, ...known.map((value) => (points(value).split(".")[1] ?? "").length));
    return (value) => value.toFixed(digits);
  });
}

/** `0.99×`, `12.40×`: as many decimals as the smallest value needs for three digits. */
export function factorColumn(values: Iterable<number | null | undefined>): Column {
  const digits = digitsColumn(values);
  return columnOf(values, () => (value) => `${digits(value)}×`);
}

/** `0.99`, `12.40`: as many decimals as the smallest value needs for three digits. */
export function digitsColumn(values: Iterable<number | null | undefined>): Column {
  return columnOf(values, (known) => {
    const digits = decimalsOf(Math.min(...known));
    return (value) => value.toFixed(digits);
  });
}

/** `5 %`, `81 %`; shares from 0 to 1. Decimals if the smallest is below 10 %, but none for 0. */
export function percentColumn(values: Iterable<number | null | undefined>): Column {
  return columnOf(values, (known) => {
    const digits = Math.max(0, ...known.map((share) => percentDigits(100 * share)));
    return (value) => `${(100 * value).toFixed(digits)} %`;
  });
}

/** `95.3 µs`, `1204.0 µs`: in the unit of the smallest value. */
export function durationColumn(nanoseconds: Iterable<number | null | undefined>): Column {
  return columnOf(nanoseconds, (known) => {
    const least = Math.min(...known);
    const [size, unit] = unitOf(least);
    const digits = decimalsOf(least / size);
    return (value) => `${(value / size).toFixed(digits)} ${unit}`;
  });
}

/** `2026-05-04 18:00 UTC` */
export function time(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
