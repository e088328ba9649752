import type { Random } from "../../reference/random.ts";

/**
 * The columns of a row, the first of them those that kernels leave out: the ends, the middle, the ends' neighbours, and
 * then all others, scattered. Where row after row has its special element in the next of them, as many rows as columns
 * reach every column, lane and tile, whatever the seed.
 *
 * @param count how many are needed
 */
export function columnsInTurn(cols: number, count = cols): readonly number[] {
  const columns = new Set([cols - 1, 0, cols >> 1, Math.min(1, cols - 1), Math.max(0, cols - 2)]);
  const step = scatteringStep(cols);
  for (let at = 0; at < cols && columns.size < count; at++) columns.add((at * step) % cols);
  return [...columns];
}

/** Which turn each row has: what stands where in a case is fixed, in which of its rows is drawn. */
export function rowTurns(random: Random, rows: number): readonly number[] {
  return random.shuffled(Array.from({ length: rows }, (_, row) => row));
}

/** Lanes and tiles are hardly longer: what a kernel leaves out, it leaves out at the same place modulo this. */
const PERIOD = 256;

/** Columns of the row with this turn: over a case's rows, there is one at every place modulo powers of two up to 256. */
export function columnsModulo(random: Random, rows: number, cols: number, turn: number): number[] {
  const columns: number[] = [];
  for (let residue = turn; residue < Math.min(cols, PERIOD); residue += rows) {
    columns.push(residue + PERIOD * random.integer(0, Math.floor((cols - 1 - residue) / PERIOD)));
  }
  return columns;
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
