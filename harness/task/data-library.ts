import type { Random } from "../../reference/random.ts";
import { columnsInTurn, rowTurns } from "./places.ts";

/** A tensor to fill: rows along its last axis, and the range that its values keep to. */
export interface Field {
  readonly rows: number;
  readonly cols: number;
  readonly range: readonly [least: number, most: number];
}

/** Values of one tensor. */
export type Draw = (random: Random, field: Field) => Float32Array | Uint32Array;

/** What one row is drawn from. */
interface Row {
  readonly cols: number;
  readonly range: Field["range"];
  /** Counts the rows in a random order: rows of every kind are there whatever the seed. */
  readonly turn: number;
  /** Where the row's special element lies: row after row at another place. */
  readonly special: number;
}

function rowwise(draw: (random: Random, row: Row) => (column: number) => number): Draw {
  return (random, { rows, cols, range }) => {
    const values = new Float32Array(rows * cols);
    const columns = columnsInTurn(cols);
    for (const [row, turn] of rowTurns(random, rows).entries()) {
      const value = draw(random, { cols, range, turn, special: columns[turn % cols]! });
      for (let column = 0; column < cols; column++) values[row * cols + column] = value(column);
    }
    return values;
  };
}

/** Independent normal values. An offset from zero, some deviations long, makes unstable formulas show. */
export const normal = (mean: number, deviation: number): Draw =>
  rowwise((random) => () => random.normal(mean, deviation));

export const uniform = (least: number, most: number): Draw => rowwise((random) => () => random.uniform(least, most));

/** Rows that lie together, each around another level of up to some size. */
export const offset = (size: number, deviation = 1): Draw =>
  rowwise((random, { turn }) => {
    const level = (turn % 2 === 0 ? 1 : -1) * random.uniform(size / 4, size);
    return () => random.normal(level, deviation);
  });

/** One element of each row towers over the others. */
export const spike = (height: number, deviation = 1): Draw =>
  rowwise((random, { special, turn }) => {
    const tower = (turn % 2 === 0 ? 1 : -1) * height * random.uniform(0.8, 1);
    return (column) => (column === special ? tower : random.normal(0, deviation));
  });

/** Rows of one value, a different one in each, which nothing but the params keeps from a variance of zero. */
export const flat = (mean: number, deviation: number): Draw =>
  rowwise((random) => {
    const level = random.normal(mean, deviation);
    return () => level;
  });

/** Values of very different sizes, between two magnitudes, of either sign. */
export const magnitudes = (least: number, most: number): Draw =>
  rowwise((random) => () => {
    const size = least * (most / least) ** random.uniform();
    return random.pick([-1, 1]) * size;
  });

/** How far from an end of a range values next to it lie: less than what tells them from the end. */
const JITTER = 0.005;

/**
 * Both ends of the declared range, in every draw: rows next to one end or the other, rows that mix both, and rows
 * between. In a tensor of one row, the first two elements are the ends.
 */
export const ends: Draw = (random, field) => {
  const [least, most] = field.range;
  const values = rowwise((own, { turn }) => {
    const near = (end: number) =>
      end + (end === least ? 1 : -1) * own.uniform(0, JITTER) * (Math.abs(end) || most - least);
    const rows = [
      () => near(least),
      () => near(most),
      () => near(own.pick([least, most])),
      () => own.uniform(least, most),
    ];
    return rows[field.rows === 1 ? 2 : turn % rows.length]!;
  })(random, field);
  if (field.rows === 1) values.set(field.range.slice(0, values.length));
  return values;
};
