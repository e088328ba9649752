import type { Random } from "../../reference/random.ts";

/**
 * The columns of a row, the first of them those that kernels leave out: the ends, the middle, the ends' neighbours, and
 * then all others, scattered. Where row after row has its special element in the next of them, as many rows as columns
 * reach every column, lane and tile, whatever the seed.
 */
export function columnsInTurn(cols: number): readonly number[] {
  const columns = new Set([cols - 1, 0, cols >> 1, Math.min(1, cols - 1), Math.max(0, cols - 2)]);
  const step = scatteringStep(cols);
  for (let at = 0; at < cols; at++) columns.add((at * step) % cols);
  return [...columns];
}

/** Which turn each row has: what stands where in a case is fixed, in which of its rows is drawn. */
export function rowTurns(random: Random, rows: number): readonly number[] {
  return random.shuffled(Array.from({ length: rows }, (_, row) => row));
}

/** Near the golden section, which scatters evenly, and without a common divisor, so that every column is reached. */
function scatteringStep(cols: number): number {
  let step = Math.max(1, Math.round(0.618 * cols));
  while (commonDivisor(step, cols) > 1) step++;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
