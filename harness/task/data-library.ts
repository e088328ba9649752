import { BYTES_PER_WORD, NIBBLES_PER_WORD, pack } from "../../reference/packing.ts";
import type { Random } from "../../reference/random.ts";
import { columnsInTurn, columnsModulo, rowTurns } from "./places.ts";

/** A tensor to fill: rows along its last axis, and the range that its values keep to. */
export interface Field {
  readonly rows: number;
  readonly cols: number;
  readonly range: readonly [least: number, most: number];
}

/** Values of one tensor. */
export type Draw = (random: Random, field: Field) => Float32Array | Uint32Array;

/** What one row is drawn from. */
export interface Row {
  readonly rows: number;
  readonly cols: number;
  /** Counts the rows in a random order, so that rows of every kind occur for every seed. */
  readonly turn: number;
  /** The column of the row's special element, which changes from row to row. */
  readonly special: number;
}

/** Each row by itself: `draw` returns the value of each column. */
export function rowwise(draw: (random: Random, row: Row) => (column: number) => number): Draw {
  return (random, { rows, cols }) => {
    const values = new Float32Array(rows * cols);
    const columns = columnsInTurn(cols, rows);
    for (const [row, turn] of rowTurns(random, rows).entries()) {
      const value = draw(random, { rows, cols, turn, special: columns[turn % cols]! });
      for (let column = 0; column < cols; column++) values[row * cols + column] = value(column);
    }
    return values;
  };
}

/** Independent normal values. An offset from zero, some deviations long, makes unstable formulas show. */
export const normal = (mean: number, deviation: number): Draw =>
  rowwise((random) => () => random.normal(mean, deviation));

/** Independent values, uniform in the declared range or in a part of it. */
export const uniform =
  (part?: readonly [least: number, most: number]): Draw =>
  (random, { rows, cols, range }) => {
    const [least, most] = part ?? range;
    return random.f32(rows * cols, () => random.uniform(least, most));
  };

/** Integers, packed; `draw` returns the value of each element. */
type DrawIntegers = (random: Random, field: Field) => (row: number, column: number) => number;

/** Signed bytes, for inputs of type `i8`. */
export const i8 =
  (draw: DrawIntegers): Draw =>
  (random, field) =>
    pack(BYTES_PER_WORD, field.rows, field.cols, draw(random, field));

/** Unsigned 4-bit numbers, for inputs of type `u4`. */
export const u4 =
  (draw: DrawIntegers): Draw =>
  (random, field) =>
    pack(NIBBLES_PER_WORD, field.rows, field.cols, draw(random, field));

/** The largest ratio of mean to spread that leaves f32 about two digits of the spread, for any row length. */
const LARGEST_LEVEL_TIMES_LENGTH = 2 ** 15;

/** Rows that lie together, each around another level of up to some size; long rows lie nearer to zero. */
export const offset = (size: number, deviation = 1): Draw =>
  rowwise((random, { cols, turn }) => {
    const largest = Math.min(size, (LARGEST_LEVEL_TIMES_LENGTH * deviation) / cols);
    const level = (turn % 2 === 0 ? 1 : -1) * random.uniform(largest / 4, largest);
    return () => random.normal(level, deviation);
  });

/** One element of each row towers over the others. */
export const spike = (height: number, deviation = 1): Draw =>
  rowwise((random, { special, turn }) => {
    const tower = (turn % 2 === 0 ? 1 : -1) * height * random.uniform(0.8, 1);
    return (column) => (column === special ? tower : random.normal(0, deviation));
  });

/**
 * Values of which some are hundreds of times larger than the rest, as in the activations of large language models
 * (Dettmers et al., LLM.int8(), 2022). For every seed, the rows together have them at every place modulo powers of two
 * up to 256, and at a row's first or last place. A kernel that omits a lane, or the end of a long row, is far off there;
 * among thousands of equal terms, a few missing ones would be within the allowed rounding error.
 */
export const outliers = (size: number): Draw =>
  rowwise((random, { rows, cols, turn }) => {
    const large = new Set(columnsModulo(random, rows, cols, turn));
    const end = turn % 2 === 0 ? cols - 1 : 0;
    return (column) => {
      if (column === end) return turn % 3 === 1 ? -size : size;
      // Mostly of one sign: sums that cancel would be within the allowed rounding error.
      return large.has(column) ? random.pick([-1, 1, 1, 1]) * random.uniform(0.7, 1) * size : random.normal(0.1, 0.5);
    };
  });

/** In turn the range's upper end, its lower end, and a value between. */
export const endsInTurn: Draw = (random, { rows, cols, range: [least, most] }) =>
  random.f32(rows * cols, (_, index) => [most, least, random.uniform(least, most)][index % 3]!);

/** Values of very different sizes, between two magnitudes, of either sign: two in three are negative. */
export const magnitudes = (least: number, most: number): Draw =>
  rowwise((random) => () => {
    const size = least * (most / least) ** random.uniform();
    return random.pick([-1, -1, 1]) * size;
  });

/** Normal values, one in three of them positive for every seed, so that both sides of zero always occur. */
export const bothSigns =
  (deviation: number): Draw =>
  (random, { rows, cols }) => {
    let positive = 0;
    return random.f32(rows * cols, (_, index) => {
      if (index % 3 === 0 && index > 0) positive = random.integer(0, 2);
      return (index % 3 === positive ? 1 : -1) * Math.abs(random.normal(0, deviation));
    });
  };

/** Integers of a range, which f32 adds and multiplies exactly: equal distances are ties to every kernel. */
export const wholeNumbers = (least: number, most: number): Draw =>
  rowwise((random) => () => random.integer(least, most));

/** Rows of another kind of data, one in three of which is all zeros. */
export const withZeroRows =
  (draw: Draw): Draw =>
  (random, field) => {
    const values = draw(random, field);
    for (const [row, turn] of rowTurns(random, field.rows).entries()) {
      if (turn % 3 === 0) values.fill(0, row * field.cols, (row + 1) * field.cols);
    }
    return values;
  };

/** Rows in which one element is some number of steps and the others lie halfway between two steps. */
export const halfSteps = (most: number): Draw =>
  rowwise((random, { special, turn }) => {
    const step = (turn % 2 === 0 ? 1 : -1) * random.uniform(0.01, 0.05);
    return (column) => (column === special ? most : random.integer(1 - most, most - 2) + 0.5) * step;
  });

/** Number of large weights in a row, and the relative size of the others. */
const LARGE_WEIGHTS = 5;
const SMALL = 0.02;

/**
 * Weights of a linear layer, [out, in]: a few inputs dominate every output, and every input dominates some output, so that
 * omitting any input shows. With weights of equal size, outputs would be small remainders of long sums, and the bound on
 * their rounding errors would be as large as the effect of an omitted input.
 */
export const linearWeights =
  (gain: number) =>
  (random: Random, { rows, cols }: Pick<Field, "rows" | "cols">): Float32Array => {
    const weights = random.f32(rows * cols, () => SMALL * random.normal(0, 1 / Math.sqrt(cols)));
    const large = Math.min(LARGE_WEIGHTS, cols);
    const inputs = Array.from({ length: cols }, (_, input) => input);
    for (let round = 0; round < large; round++) {
      const order = random.shuffled(inputs);
      for (let output = 0; output < rows; output++) {
        const weight = (random.pick([-1, 1]) * random.uniform(0.7, 1.3)) / Math.sqrt(large);
        weights[output * cols + order[output % cols]!]! += weight;
      }
    }
    return weights.map((weight) => gain * weight);
  };

/** Points around one level in every coordinate, with the same typical distance in every dimension. */
export const cloud = (level: number, spread: number): Draw =>
  rowwise(
    (random, { cols }) =>
      () =>
        random.normal(level, spread / Math.sqrt(cols)),
  );

/** As `cloud`, but one row in four is near another level. */
export const strays = (level: number, other: number, spread: number): Draw =>
  rowwise((random, { cols, turn }) => {
    const deviation = spread / Math.sqrt(cols);
    return () => random.normal(turn % 4 === 0 ? other : level, deviation);
  });

/** As `cloud` around zero, but one row is so close to zero that f32 cannot decide which of two mirrored points is nearer. */
export const oneAtOrigin = (spread: number): Draw =>
  rowwise((random, { cols, turn }) => {
    const deviation = spread / Math.sqrt(cols);
    return () => (turn === 0 ? 1e-9 : 1) * random.normal(0, deviation);
  });

/** As `cloud` around zero, in pairs of rows of which one is the negative of the other. */
export const mirrored =
  (spread: number): Draw =>
  (random, field) => {
    const values = cloud(0, spread)(random, field);
    for (let at = field.cols; at < values.length; at++) {
      if (Math.floor(at / field.cols) % 2 === 1) values[at] = -values[at - field.cols]!;
    }
    return values;
  };

/** Points near two opposite corners of a range, one in four near the lower: most pairs are close, others far apart. */
export const corners = (least: number, most: number, spread: number): Draw =>
  rowwise((random, { cols, turn }) => {
    const deviation = spread / Math.sqrt(cols);
    const inside = (column: number) => (column === 0 ? 0 : Math.abs(random.normal(0, deviation)));
    return turn % 4 === 0 ? (column) => least + inside(column) : (column) => most - inside(column);
  });

/**
 * Both ends of the declared range, in every draw: rows in the quarter next to one end or the other, each with an element
 * that is the end, rows that mix both, and rows between. In a tensor of one row, its elements do so.
 */
export const ends: Draw = (random, { rows, cols, range: [least, most] }) => {
  const low = () => least + (most - least) * random.uniform(0, 0.25);
  const high = () => most + (least - most) * random.uniform(0, 0.25);
  const between = () => random.uniform(least, most);
  if (rows === 1) {
    const draws = [low, high, low, between];
    return random.f32(cols, (_, index) => [least, most][index] ?? random.pick(draws)());
  }
  const columns = columnsInTurn(cols, rows);
  const turns = rowTurns(random, rows);
  return random.f32(rows * cols, (_, index) => {
    const turn = turns[Math.floor(index / cols)]!;
    const isSpecial = index % cols === columns[turn % cols];
    if (turn % 4 === 0) return isSpecial ? least : low();
    if (turn % 4 === 1) return isSpecial ? most : high();
    return turn % 4 === 2 ? random.pick([low, high])() : between();
  });
};
