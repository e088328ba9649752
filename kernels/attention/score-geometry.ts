import type { Random } from "../../reference/random.ts";

/** An element of query, key or value number `row`. Generated in order, row by row. */
export type Element = (row: number, d: number) => number;

type QueriesKeysValues<T> = Readonly<Record<"q" | "k" | "v", T>>;

/** The tensors of all heads, one after the other, with so many rows of `dim` elements in each. */
export function filled(
  rows: QueriesKeysValues<number>,
  heads: number,
  dim: number,
  drawHead: (head: number) => QueriesKeysValues<Element>,
): QueriesKeysValues<Float32Array> {
  const tensor = (count: number) => new Float32Array(heads * count * dim);
  const tensors = { q: tensor(rows.q), k: tensor(rows.k), v: tensor(rows.v) };
  for (let head = 0; head < heads; head++) {
    const element = drawHead(head);
    for (const name of ["q", "k", "v"] as const) {
      const own = tensors[name].subarray(head * rows[name] * dim, (head + 1) * rows[name] * dim);
      for (let at = 0; at < own.length; at++) own[at] = element[name](Math.floor(at / dim), at % dim);
    }
  }
  return tensors;
}

/** Largest magnitude of a score. */
export const MOST_SCORE = 300;
/** Largest magnitude of a value. */
export const MOST_VALUE = 1e5;

/**
 * Wide enough for scores to have a standard deviation of about 2: few keys carry most of the weight, as in trained
 * models, and the output is far from the unweighted mean of the values even with thousands of keys.
 */
export const plainElement = (random: Random): Element => {
  return () => 1.4 * random.normal(0.3, 1);
};

/** Away from zero, with a different mean in neighbouring columns: averages over thousands of keys still differ. */
export const plainValue = (random: Random): Element => {
  return (_, d) => random.normal(d % 2 === 0 ? 0.7 : 1.3, 1);
};

/**
 * Values whose columns are from 10⁻⁵ to 10⁵ in size, neighbours far apart. Each column's size is fixed, and each column
 * has one value of that size; the largest column is positive in even heads, negative in odd ones.
 */
export function wideValue(random: Random, head: number, dim: number, rows: number): Element {
  return (row, d) => {
    const rank = d % 2 === 0 ? dim - 1 - d / 2 : (d - 1) / 2;
    const size = MOST_VALUE ** (dim === 1 ? 1 : (2 * rank) / (dim - 1) - 1);
    const sign = (dim - 1 - rank + head) % 2 === 0 ? 1 : -1;
    return sign * size * (row === d % rows ? 1 : random.uniform(0.5, 1));
  };
}

/**
 * Queries around one direction, `±along` in each element, and keys placed on it so that the score of key `j` is about
 * `score(j)`, with noise of about `noise`.
 */
export function aligned(random: Random, dim: number, along: number, noise: number, score: (key: number) => number) {
  const direction = Float64Array.from({ length: dim }, () => random.pick([-1, 1]));
  const q: Element = (_, d) => along * direction[d]! + random.normal(0, noise / along / 2);
  const k: Element = (key, d) =>
    (score(key) / (along * Math.sqrt(dim))) * direction[d]! + random.normal(0, noise / along);
  return { q, k };
}

/** Size of the elements of a query and a key that score `MOST_SCORE`, except for some noise, if all signs agree. */
export function largestElement(dim: number): number {
  return Math.sqrt((MOST_SCORE - 2) / Math.sqrt(dim));
}

/** A score from about 297.3 to 299.2, or its negative: noise of 0.1 keeps it within the range. */
export function scoreAtEnd(random: Random, sign: number): number {
  return sign * random.uniform(MOST_SCORE - 2.7, MOST_SCORE - 0.8);
}

/** Scores at the upper end of the range if the signs of query and key agree, and at the lower end if they differ. */
export function atEnds(
  random: Random,
  dim: number,
  keys: number,
  querySign: (query: number) => number,
  keySign: (key: number) => number,
) {
  const scores = Float64Array.from({ length: keys }, (_, key) => scoreAtEnd(random, keySign(key)));
  const { q, k } = aligned(random, dim, largestElement(dim), 0.1, (key) => scores[key]!);
  const signed: Element = (query, d) => querySign(query) * q(query, d);
  return { q: signed, k };
}

/** The polynomial that generates the BCH code of 15 bits, 7 of them free, in which any two words differ in 5 bits. */
const BCH_GENERATOR = 0b1_1101_0001;
const BCH_LENGTH = 15;
const BCH_BITS = 7;

/** Argument at which exp of an f32 overflows, and at whose negative it underflows, with a margin. */
const TOWER_HEIGHT = 96;

/**
 * Directions with signs for elements: as many as fit if each must score at least `TOWER_HEIGHT` less with any other
 * than with itself. The element-wise product of two directions is the direction whose index is the xor of theirs.
 */
export class TowerDirections {
  readonly count: number;
  readonly #dim: number;
  readonly #bits: number;

  constructor(dim: number) {
    const isFarApart = (bits: number) => 2 * (MOST_SCORE - 2) * Math.floor(dim / bits) >= TOWER_HEIGHT * dim;
    let bits = Math.min(dim, BCH_BITS);
    if (dim < BCH_LENGTH) while (!isFarApart(bits)) bits--;
    this.#dim = dim;
    this.#bits = bits;
    this.count = 2 ** bits;
  }

  sign(number: number, d: number): number {
    return (this.#word(number) >> (d % (this.#dim < BCH_LENGTH ? this.#bits : BCH_LENGTH))) & 1 ? -1 : 1;
  }

  /** A carry-less product; with fewer elements, the bits themselves, repeated. */
  #word(number: number): number {
    if (this.#dim < BCH_LENGTH) return number;
    let word = 0;
    for (let bit = 0; bit < BCH_BITS; bit++) if ((number >> bit) & 1) word ^= BCH_GENERATOR << bit;
    return word;
  }
}

/** Deviation of the elements of towering queries and keys from their size. */
const STRAY = 0.001;

/**
 * Keys that each tower over all others for the queries of their direction: they score `MOST_SCORE`, except for some
 * noise, and the others at least `TOWER_HEIGHT` less. The first keys have one direction each; the rest share the last
 * direction.
 *
 * @param aim the key that scores highest for a query, hidden or not; modulo the number of directions
 */
export function towering(random: Random, dim: number, keys: number, aim: (query: number) => number) {
  const directions = new TowerDirections(dim);
  const size = largestElement(dim);
  const own = Math.min(keys, directions.count - (keys > directions.count ? 1 : 0));
  const element = (number: number, d: number) =>
    size * (directions.sign(Math.min(number, directions.count - 1), d) + random.normal(0, STRAY));
  const q: Element = (query, d) => element(aim(query) % own, d);
  const k: Element = element;
  return { q, k };
}

/** `q·k/√dim` of the query and the key that begin at these indices. */
export function scoreOf(q: ArrayLike<number>, qAt: number, k: ArrayLike<number>, kAt: number, dim: number): number {
  let dot = 0;
  for (let d = 0; d < dim; d++) dot += q[qAt + d]! * k[kAt + d]!;
  return dot / Math.sqrt(dim);
}
