import type { Finding } from "../results/finding.ts";
import type { Pass } from "../task/plan.ts";
import type { Observed } from "./observed.ts";

/** Relative spacing of f16 and of bfloat16 around 1. */
const F16_SPACING = 2 ** -10;
const BFLOAT16_SPACING = 2 ** -7;

/** WGSL rounds to half precision only by these names, and by numbers such as `1h`. */
const HALF = /\b(f16|(vec[234]|mat[234]x[234])h|pack2x16float|quantizeToF16)\b|\b[\d.]+h\b/;

/** Numbers are also truncated by masking their bits. */
const BITS = /\bbitcast\b/;

/** How a plan's code can lose digits, apart from its arithmetic: to half precision, or by changing bits. */
export type Rounding = "half" | "bits" | undefined;

export function roundingOf(passes: readonly Pass[]): Rounding {
  if (passes.some(({ code }) => HALF.test(code))) return "half";
  return passes.some(({ code }) => BITS.test(code)) ? "bits" : undefined;
}

/**
 * The usual cause of errors of this size, while each element is still within its error bound.
 */
export function findPrecisionLoss(cases: readonly (readonly Observed[])[], rounding: Rounding): Finding[] {
  let largest = 0;
  let name = "";
  for (const { output, expected, got, data } of cases.flat()) {
    if (data !== "plain" || got instanceof Uint32Array) continue;
    const rms = Math.sqrt(
      sumOfSquares(got, (value, e) => value - expected[e]!) / sumOfSquares(got, (_, e) => expected[e]!),
    );
    if (rms > largest) [largest, name] = [rms, output];
  }
  if (largest === 0) return [];
  const digits = Math.max(1, Math.floor(-Math.log10(largest)));
  const causes = causesOf(largest, rounding);
  return [
    {
      aspect: "how",
      kind: "few-digits",
      sentence: `\`${name}\` is accurate to about ${digits} of f32's seven digits. Likely cause: ${causes}.`,
      isGuess: true,
    },
  ];
}

function causesOf(relativeError: number, rounding: Rounding): string {
  const cancels = "large numbers that nearly cancel are subtracted: E[x²] - μ² instead of E[(x-μ)²]";
  if (rounding === undefined) return `a constant has too few digits, or ${cancels}`;
  if (rounding === "bits") return `intermediate values are truncated to fewer bits, or ${cancels}`;
  if (relativeError > BFLOAT16_SPACING / 16) return "intermediate values are rounded to bfloat16 or f16";
  if (relativeError > F16_SPACING / 64) return "intermediate values are rounded to half precision (f16)";
  return `part of the work is done in half precision (f16), or ${cancels}`;
}

function sumOfSquares(values: Float32Array, term: (value: number, element: number) => number): number {
  let sum = 0;
  for (let e = 0; e < values.length; e++) sum += term(values[e]!, e) ** 2;
  return sum;
}
