import type { Params, Shape } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import { type Draw, type Row, rowwise } from "./data-library.ts";
import { columnsInTurn, columnsModulo, rowTurns } from "./places.ts";

/** What one row of logits is drawn from. */
interface LogitRow extends Row {
  /** The target's column; in a row without one, and in a row of one column, the special one. */
  readonly target: number;
}

/** The value of each column. */
export type DrawRow = (random: Random, row: LogitRow) => (column: number) => number;

/** Rows without targets. */
export const untargeted = (draw: DrawRow): Draw =>
  rowwise((random, row) => draw(random, { ...row, target: row.special }));

/** Logits, and a target for each row: each column in turn is special, and each is a target. */
export const targeted =
  <P extends string>(
    draw: (random: Random, row: LogitRow & { readonly params: Params<P> }) => (column: number) => number,
  ) =>
  (random: Random, { rows, classes }: Shape<"rows" | "classes">, params: Params<P>) => {
    const logits = new Float32Array(rows * classes);
    const targets = new Uint32Array(rows);
    const columns = columnsInTurn(classes);
    for (const [row, turn] of rowTurns(random, rows).entries()) {
      const [special, target] = [columns[turn % classes]!, columns[(turn + 1) % classes]!];
      const logit = draw(random, { rows, cols: classes, turn, special, target, params });
      for (let column = 0; column < classes; column++) logits[row * classes + column] = logit(column);
      targets[row] = target;
    }
    return { logits, targets };
  };

export const independent =
  (mean: number, deviation: number): DrawRow =>
  (random) =>
  () =>
    random.normal(mean, deviation);

/** Rows at one end of a range around zero, at the other, all over it, or around some level in it. */
export const farFromZero =
  (most: number): DrawRow =>
  (random, { turn }) => {
    const level = random.pick([-1, 1]) * random.uniform(0.02, 0.98) * most;
    const rows = [
      () => most - Math.abs(random.normal(0, 2)),
      () => Math.abs(random.normal(0, 2)) - most,
      () => random.uniform(-most, most),
      () => level + random.normal(0, 2),
    ];
    return rows[turn % rows.length]!;
  };

/** Rows masked everywhere, at their beginning, at their end, or at scattered places; never at special columns. */
export const masked =
  (mask: number): DrawRow =>
  (random, { cols, turn, special, target }) => {
    const border = Math.round(random.uniform(0.3, 0.8) * cols);
    const isMasked = [
      () => true,
      (column: number) => column < border || random.uniform() < 0.3,
      (column: number) => column >= border || random.uniform() < 0.3,
      () => random.uniform() < 0.5,
    ][turn % 4]!;
    const isSpecial = (column: number) => column === special || column === target;
    return (column) => (!isSpecial(column) && isMasked(column) ? mask : random.normal(1, 2));
  };

/** A few columns, other ones in each row, have most of the sum of exponentials; the target has little. */
export const spikes: DrawRow = (random, { rows, cols, turn, special, target }) => {
  const high = new Set([special, ...columnsModulo(random, rows, cols, turn)]);
  if (target !== special) high.delete(target);
  const height = Math.log(cols / high.size) + random.uniform(2, 4);
  // Without noise, so that each spike's share of the sum exceeds the allowed rounding error.
  return (column) => (high.has(column) ? height : random.normal(0, 0.5));
};

/** One column, another one in each row, towers over the others: `exp` overflows unless it is the maximum. */
export const steep: DrawRow = (random, { special }) => {
  const height = random.uniform(200, 250);
  return (column) => (column === special ? height : random.normal(0, 20));
};

/** Rows of only two values, each shared by many columns. */
export const twoValues: DrawRow = (random) => {
  const [level, step] = [random.normal(0, 3), random.uniform(0.5, 1.5)];
  return () => level + random.pick([0, step]);
};

/** Every value is the largest so far. */
export const ascending: DrawRow = (random, { cols }) => {
  const [start, span] = [random.normal(0, 3), random.uniform(2, 8)];
  return (column) => start + (span * (column + random.uniform(0, 0.9))) / cols;
};

/** The target leads by as much as rounding of the others' sum allows: a loss is the remainder of a difference. */
export const confident: DrawRow = (random, { cols, target }) => {
  const lead = Math.log(cols) + random.uniform(-1, Math.min(5, Math.log(75_000 / cols)));
  return (column) => random.normal(0, 0.5) - (column === target ? 0 : lead);
};

/** One column, another one in each row, is far below the others, in every other row at the end of the range. */
export const sunk =
  (depth: number): DrawRow =>
  (random, { turn, special }) => {
    const own = turn % 2 === 0 ? depth : depth * random.uniform(0.5, 1);
    return (column) => (column === special ? -own : random.normal(1, 2));
  };
