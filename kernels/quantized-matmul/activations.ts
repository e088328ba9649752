import type { Random } from "../../reference/random.ts";

/** Activations of mean 0.3, so that what multiplies their sum, such as a zero point, shows. */
export function normalActivations(random: Random, m: number, k: number): Float32Array {
  return random.f32(m * k, () => random.normal(0.3, 1));
}

const OUTLIER = 300;

/**
 * Activations of which two in each row are hundreds of times larger than the rest, as in large language models (Dettmers
 * et al., LLM.int8(), 2022). One is the last of the row in every other row, so that a kernel that leaves out the end of
 * a long row is far off: among thousands of equal terms a few are less than what rounding may do.
 */
export function outlierActivations(random: Random, m: number, k: number): Float32Array {
  const a = random.f32(m * k, () => random.normal(0.1, 0.5));
  for (let row = 0; row < m; row++) {
    const places = [row % 2 === 0 ? k - 1 : random.integer(0, k - 1), random.integer(0, k - 1)];
    for (const place of places) a[row * k + place] = random.pick([-1, 1]) * random.uniform(0.7, 1) * OUTLIER;
  }
  return a;
}
