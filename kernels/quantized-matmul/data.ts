import type { Draw } from "../../harness/task/data-library.ts";
import { normal, rowwise } from "../../harness/task/data-library.ts";
import { columnsModulo } from "../../harness/task/places.ts";

/** The largest magnitude of an activation. */
export const OUTLIER = 300;

/** Activations whose mean is not zero, so that factors of their sum, such as a zero point, matter. */
export const normalActivations = normal(0.3, 1);

/**
 * Activations of which some are hundreds of times larger than the rest, as in large language models (Dettmers et al.,
 * LLM.int8(), 2022). For every seed, the rows together have them at every place modulo powers of two up to 256, and at
 * a row's first or last place. A kernel that omits a lane, or the end of a long row, is far off there; among thousands
 * of equal terms, a few missing ones would be within the allowed rounding error.
 */
export const outlierActivations: Draw = rowwise((random, { rows, cols, turn }) => {
  const outliers = new Set(columnsModulo(random, rows, cols, turn));
  const end = turn % 2 === 0 ? cols - 1 : 0;
  return (column) => {
    if (column === end) return turn % 3 === 1 ? -OUTLIER : OUTLIER;
    // Mostly of one sign: sums that cancel would be within the allowed rounding error.
    return outliers.has(column)
      ? random.pick([-1, 1, 1, 1]) * random.uniform(0.7, 1) * OUTLIER
      : random.normal(0.1, 0.5);
  };
});

/** Scales at one end of the range, at the other, and between. */
export const extremeScales: Draw = (random, { rows, cols, range: [least, most] }) =>
  random.f32(rows * cols, (_, index) => [most, least, random.uniform(least, most)][index % 3]!);
