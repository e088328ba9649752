/** Where the continued fraction of erfc takes over from the series of erf. */
const SERIES_END = 3;
const SERIES_TERMS = 120;
const FRACTION_LEVELS = 60;

/**
 * The distribution function of the standard normal distribution, `Φ(x) = erfc(-x/√2) / 2`, in float64, with small
 * relative error in both tails.
 */
export function normalCdf(x: number): number {
  return erfc(-x / Math.SQRT2) / 2;
}

export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < SERIES_END ? 1 - erfSeries(x) : erfcFraction(x);
}

/** `2/√π · e^(-x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))`: all terms positive (DLMF, 7.6.2). */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < SERIES_TERMS && term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** `e^(-x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …))))` (DLMF, 7.9.1), from the innermost level out. */
function erfcFraction(x: number): number {
  let denominator = x;
  for (let level = FRACTION_LEVELS; level > 0; level--) denominator = x + level / 2 / denominator;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator;
}
