import type { Random } from "../../reference/random.ts";

/** Activations of mean 0.3, so that factors of their sum, such as a zero point, matter. */
export function normalActivations(random: Random, m: number, k: number): Float32Array {
  return random.f32(m * k, () => random.normal(0.3, 1));
}

/** The largest magnitude of an activation. */
export const OUTLIER = 300;
/** Lanes and tiles are rarely longer: a kernel that omits elements omits the same places modulo this. */
const PERIOD = 256;

/**
 * Activations of which some are hundreds of times larger than the rest, as in large language models (Dettmers et al.,
 * LLM.int8(), 2022). For every seed, the rows together have them at every place modulo powers of two up to 256, and at
 * a row's first or last place. A kernel that omits a lane, or the end of a long row, is far off there; among thousands
 * of equal terms, a few missing ones would be within the allowed rounding error.
 */
export function outlierActivations(random: Random, m: number, k: number): Float32Array {
  const a = random.f32(m * k, () => random.normal(0.1, 0.5));
  const rows = random.shuffled(Array.from({ length: m }, (_, row) => row));
  for (let turn = 0; turn < Math.max(m, Math.min(k, PERIOD)); turn++) {
    const residue = turn % Math.min(k, PERIOD);
    const place = residue + PERIOD * random.integer(0, Math.floor((k - 1 - residue) / PERIOD));
    // Mostly of one sign: sums that cancel would be within the allowed rounding error.
    a[rows[turn % m]! * k + place] = random.pick([-1, 1, 1, 1]) * random.uniform(0.7, 1) * OUTLIER;
  }
  for (const [turn, row] of rows.entries()) {
    a[row * k + (turn % 2 === 0 ? k - 1 : 0)] = turn % 3 === 1 ? -OUTLIER : OUTLIER;
  }
  return a;
}
