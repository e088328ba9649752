/** For `JSON.stringify`: infinities and NaN become strings, instead of null. */
export function jsonFloat(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
