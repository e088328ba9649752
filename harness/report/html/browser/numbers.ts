// Numbers for people. They are aligned in columns, so each kind has a fixed number of digits.

/** `8.5`, `10`: points have at most two decimals. */
export function points(value: number | null): string {
  return value === null ? "–" : String(Number(value.toFixed(2)));
}

/** For columns: the same number of decimals in each row, none if all are integers. */
export function alignedPoints(all: Iterable<number | null>): (value: number | null) => string {
  let digits = 0;
  for (const value of all) {
    if (value === null) continue;
    const own = (points(value).split(".")[1] ?? "").length;
    digits = Math.max(digits, own);
  }
  return (value) => (value === null ? "–" : value.toFixed(digits));
}

/** Two decimals below 10, one below 100: 0.99×, 1.80×, 12.4×. */
export function factor(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)}×`;
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const value = 100 * share;
  return `${value >= 10 || value === 0 ? Math.round(value) : value >= 1 ? value.toFixed(1) : value.toFixed(2)} %`;
}

export function duration(nanoseconds: number): string {
  const units = [
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
    [1, "ns"],
  ] as const;
  const [size, unit] = units.find(([least]) => nanoseconds >= least) ?? [1, "ns"];
  return `${threeDigits(nanoseconds / size)} ${unit}`;
}

export function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** `2026-05-04 18:00 UTC` */
export function time(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
