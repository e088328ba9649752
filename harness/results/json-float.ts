/** For `JSON.stringify`: infinities and NaN, which it would turn into null, become strings. */
export function jsonFloat(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
