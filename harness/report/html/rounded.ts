/** The number with so many significant digits; null where there is none, which JSON cannot hold. */
export function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}
