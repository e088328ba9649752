import type { Random } from "../../reference/random.ts";

/** An element of query, key or value number `row`. Generated in order, row by row. */
export type Element = (row: number, d: number) => number;

/** Queries, and the keys and values that they share: a head, or a group of query heads. */
export interface Head {
  readonly index: number;
  readonly queries: number;
  readonly keys: number;
  /** Rows of keys and values in memory, if some after the first `keys` hold garbage. */
  readonly room?: number;
  readonly dim: number;
}

type Tensors = Readonly<Record<"q" | "k" | "v", Float32Array>>;

/** What one head draws; queries, keys and values that it omits are `plain`. */
export type DrawHead<H extends Head> = (random: Random, head: H) => Readonly<Partial<Record<"q" | "k" | "v", Element>>>;

/** The tensors of all heads, one after the other. */
export function headwise<H extends Head>(random: Random, heads: readonly H[], draw: DrawHead<H>): Tensors {
  const { queries, keys, room = keys, dim } = heads[0]!;
  const rows = { q: queries, k: room, v: room };
  const tensor = (count: number) => new Float32Array(heads.length * count * dim);
  const tensors = { q: tensor(rows.q), k: tensor(rows.k), v: tensor(rows.v) };
  for (const [place, head] of heads.entries()) {
    const element = { ...plainHead(random), ...draw(random, head) };
    for (const name of ["q", "k", "v"] as const) {
      const own = tensors[name].subarray(place * rows[name] * dim, (place + 1) * rows[name] * dim);
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
 * Independent normal numbers. Scores have a standard deviation of about 2: few keys carry most of the weight, as in
 * trained models, and the output is far from the unweighted mean of the values even with thousands of keys. Values are
 * away from zero, with a different mean in neighbouring columns: averages over thousands of keys still differ.
 */
export function plainHead(random: Random): Readonly<Record<"q" | "k" | "v", Element>> {
  const element: Element = () => 1.4 * random.normal(0.3, 1);
  return { q: element, k: element, v: (_, d) => random.normal(d % 2 === 0 ? 0.7 : 1.3, 1) };
}

/**
 * Values whose columns are from 10⁻⁵ to 10⁵ in size, neighbours far apart. Each column's size is fixed, and each column
 * has one value of that size; the largest column is positive in even heads, negative in odd ones.
 */
function wideValues(random: Random, { index, dim, keys }: Head) {
  const v: Element = (row, d) => {
    const rank = d % 2 === 0 ? dim - 1 - d / 2 : (d - 1) / 2;
    const size = MOST_VALUE ** (dim === 1 ? 1 : (2 * rank) / (dim - 1) - 1);
    const sign = (dim - 1 - rank + index) % 2 === 0 ? 1 : -1;
    return sign * size * (row === d % keys ? 1 : random.uniform(0.5, 1));
  };
  return { v };
}

/**
 * Queries around one direction, `±along` in each element, and keys placed on it so that the score of key `j` is about
 * `score(j)`, with noise of about `noise`.
 */
function aligned(random: Random, dim: number, along: number, noise: number, score: (key: number) => number) {
  const direction = signs(random, dim);
  const q: Element = (_, d) => along * direction[d]! + random.normal(0, noise / along / 2);
  const k: Element = (key, d) =>
    (score(key) / (along * Math.sqrt(dim))) * direction[d]! + random.normal(0, noise / along);
  return { q, k };
}

/** A random direction: each element 1 or -1. */
export function signs(random: Random, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => random.pick([-1, 1]));
}

/** These keys carry most of the weight. */
function spikes(random: Random, { keys, dim }: Head, places: readonly number[]) {
  const heights = new Map(places.map((key) => [key, Math.log(keys) + random.uniform(0, 2)]));
  return aligned(random, dim, 1.5, 1, (key) => heights.get(key) ?? 0);
}

/** Scores that rise from the first key to the last in even heads, and fall in odd ones. */
function ramp(random: Random, { index, keys, room = keys, dim }: Head) {
  const span = random.uniform(6, 12) * (index % 2 === 0 ? 1 : -1);
  return aligned(random, dim, 1.5, 0.5, (key) => (span * key) / room - span / 2);
}

/** Size of the elements of a query and a key that score `MOST_SCORE`, except for some noise, if all signs agree. */
export function largestElement(dim: number): number {
  return Math.sqrt((MOST_SCORE - 2) / Math.sqrt(dim));
}

/**
 * Scores at the upper end of the range, from about 297.3 to 299.2 before noise of 0.1, if the signs of query and key
 * agree, and at the lower end if they differ.
 */
export function atEnds(
  random: Random,
  { keys, room = keys, dim }: Head,
  querySign: (query: number) => number,
  keySign: (key: number) => number,
) {
  const score = (key: number) => keySign(key) * random.uniform(MOST_SCORE - 2.7, MOST_SCORE - 0.8);
  const scores = Float64Array.from({ length: room }, (_, key) => score(key));
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
export const STRAY = 0.001;

/**
 * Keys that each tower over all others for the queries of their direction: they score `MOST_SCORE`, except for some
 * noise, and the others at least `TOWER_HEIGHT` less. The first keys have one direction each; the rest share the last
 * direction.
 *
 * @param aim the key that scores highest for a query, hidden or not; modulo the number of directions
 */
function towering(random: Random, { keys, room = keys, dim }: Head, aim: (query: number) => number) {
  const directions = new TowerDirections(dim);
  const size = largestElement(dim);
  const own = Math.min(room, directions.count - (room > directions.count ? 1 : 0));
  const element = (number: number, d: number) =>
    size * (directions.sign(Math.min(number, directions.count - 1), d) + random.normal(0, STRAY));
  const q: Element = (query, d) => element(aim(query) % own, d);
  const k: Element = element;
  return { q, k };
}

const alternating = (place: number) => (place % 2 === 0 ? 1 : -1);

/**
 * The kinds of data of every task whose scores are chosen.
 *
 * @param inputs makes a task's inputs of heads
 * @param aim the key that towers for a query
 */
export function scoreKinds<H extends Head, D>(
  inputs: (draw: DrawHead<H>) => D,
  aim: (head: H, query: number) => number,
) {
  return {
    plain: ["independent normal values with an offset", inputs(() => ({}))],
    "large-scores": [
      "every third query has all scores at -300, the others at +300: exp overflows or underflows unless the query's own maximum is subtracted",
      inputs((random, head) => {
        const sign = (query: number) => ((query + head.index) % 3 === 0 ? -1 : 1);
        return atEnds(random, head, sign, () => 1);
      }),
    ],
    towering: [
      "each query has one key that scores 300, at least 96 above all others: exp overflows unless the maximum covers all visible keys, and underflows if it includes hidden ones",
      inputs((random, head) => towering(random, head, (query) => aim(head, query))),
    ],
    cliffs: [
      "blocks of keys score +300 and -300 alternately, reversed for the next query: a block may contribute nothing, and its values may differ greatly in size",
      inputs((random, head) => {
        const width = Math.max(1, Math.floor(head.keys / 4 / (head.index + 1)));
        const sign = (key: number) => alternating(Math.floor(key / width));
        const { v } = plainHead(random);
        return { ...atEnds(random, head, alternating, sign), v: (key, d) => 1e4 ** -sign(key) * v(key, d) };
      }),
    ],
    spikes: [
      "the first key, the last and one in between carry most of the weight, as a hidden one after the last would",
      inputs((random, head) => {
        const { index, keys } = head;
        return spikes(random, head, [Math.floor((keys * (1 + (index % 3))) / 4), 0, keys - 1, keys]);
      }),
    ],
    ramp: ["scores rise or fall from the first key to the last, which stresses an online softmax", inputs(ramp)],
    "wide-values": ["columns of values from 1e-5 to 1e5 in size", inputs(wideValues)],
  } as const;
}

/** `q·k/√dim` of the query and the key that begin at these indices. */
export function scoreOf(q: ArrayLike<number>, qAt: number, k: ArrayLike<number>, kAt: number, dim: number): number {
  let dot = 0;
  for (let d = 0; d < dim; d++) dot += q[qAt + d]! * k[kAt + d]!;
  return dot / Math.sqrt(dim);
}

/**
 * The scores of all queries with the keys that they see.
 *
 * @param keysOf the first key of a query, their number, and the distance between them; counted in rows of `dim`
 */
export function seenScores(
  { q, k, dim }: { readonly q: ArrayLike<number>; readonly k: ArrayLike<number>; readonly dim: number },
  keysOf: (query: number) => { readonly first: number; readonly count: number; readonly step?: number },
): Float64Array {
  const scores: number[] = [];
  for (let query = 0; query * dim < q.length; query++) {
    const { first, count, step = 1 } = keysOf(query);
    for (let key = 0; key < count; key++) scores.push(scoreOf(q, query * dim, k, (first + key * step) * dim, dim));
  }
  return Float64Array.from(scores);
}
