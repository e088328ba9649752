import type { Random } from "../../reference/random.ts";

/**
 * The columns of a row, starting with those that kernels commonly omit: the ends, the middle and the ends' neighbours,
 * then all others, scattered. If successive rows have their special element in successive columns of this order, as
 * many rows as columns reach every column, lane and tile for every seed.
 *
 * @param count how many are needed
 */
export function columnsInTurn(cols: number, count = cols): readonly number[] {
  const columns = new Set([cols - 1, 0, cols >> 1, Math.min(1, cols - 1), Math.max(0, cols - 2)]);
  const step = scatteringStep(cols);
  for (let at = 0; at < cols && columns.size < count; at++) columns.add((at * step) % cols);
  return [...columns];
}

/** The turn of each row: the special places of a case are fixed, but their rows are random. */
export function rowTurns(random: Random, rows: number): readonly number[] {
  return random.shuffled(Array.from({ length: rows }, (_, row) => row));
}

/** Lanes and tiles are rarely longer: a kernel that omits elements omits the same places modulo this. */
const PERIOD = 256;

/** Columns of the row with this turn: together, a case's rows cover every place modulo powers of two up to 256. */
export function columnsModulo(random: Random, rows: number, cols: number, turn: number): number[] {
  const columns: number[] = [];
  for (let residue = turn; residue < Math.min(cols, PERIOD); residue += rows) {
    columns.push(residue + PERIOD * random.integer(0, Math.floor((cols - 1 - residue) / PERIOD)));
  }
  return columns;
}

/** Near the golden section, which scatters evenly, and coprime, so that every column is reached. */
function scatteringStep(cols: number): number {
  let step = Math.max(1, Math.round(0.618 * cols));
  while (commonDivisor(step, cols) > 1) step++;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
