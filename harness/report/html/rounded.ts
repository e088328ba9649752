/** The number with this many significant digits; null if it is not finite, which JSON cannot represent. */
export function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));
}
