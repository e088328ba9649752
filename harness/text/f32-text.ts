/** Nine significant digits distinguish all f32 values. */
const DIGITS = 9;
/** Below this, an exponent is easier to read than zeros. */
const LEAST_WITHOUT_EXPONENT = 1e-3;

/** The shortest decimal that rounds to the same f32: `1e-5` for 0.000009999999747378752. */
export function f32Text(value: number): string {
  const short = shortest(value);
  return short !== 0 && Math.abs(short) < LEAST_WITHOUT_EXPONENT ? short.toExponential() : String(short);
}

/** Numbers that are not f32 values keep all their digits. */
function shortest(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = 1; digits < DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(DIGITS));
}

/** `rows=3 cols=5` */
export function sizesText(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([name, value]) => `${name}=${f32Text(value)}`)
    .join(" ");
}
