import type { DataKind } from "../../harness/task/task.ts";
import type { AttentionShape } from "../../reference/attention.ts";
import type { Shape } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";

/** An element of a query, key or value: `row` says which one. Drawn in order, row by row. */
type Element = (row: number, d: number) => number;

interface Head {
  readonly q: Element;
  readonly k: Element;
  readonly v: Element;
}

/** A data kind of which every head is drawn by itself. */
function headwise(
  name: string,
  about: string,
  drawHead: (random: Random, shape: Shape<AttentionShape>, head: number) => Head,
): DataKind<AttentionShape, "causal"> {
  return {
    name,
    about,
    draw(random, shape) {
      const { heads, queries, keys, dim } = shape;
      const q = new Float32Array(heads * queries * dim);
      const k = new Float32Array(heads * keys * dim);
      const v = new Float32Array(heads * keys * dim);
      for (let head = 0; head < heads; head++) {
        const element = drawHead(random, shape, head);
        const fill = (tensor: Float32Array, rows: number, value: Element) => {
          const own = tensor.subarray(head * rows * dim, (head + 1) * rows * dim);
          for (let index = 0; index < own.length; index++) own[index] = value(Math.floor(index / dim), index % dim);
        };
        fill(q, queries, element.q);
        fill(k, keys, element.k);
        fill(v, keys, element.v);
      }
      return { q, k, v };
    },
  };
}

/**
 * Wide enough that scores have a standard deviation of about 2: then few keys carry most of the weight, as in trained
 * models, and the output is far from the plain mean of the values even with thousands of keys.
 */
const plainElement = (random: Random): Element => {
  return () => 1.4 * random.normal(0.3, 1);
};

const plainValue = (random: Random): Element => {
  return () => random.normal(0.5, 1);
};

/**
 * Queries around one direction, `±along` in each element, and keys placed on it so that the score of key `j` is about
 * `score(j)`, with noise of about `noise` beside.
 */
function aligned(random: Random, dim: number, along: number, noise: number, score: (key: number) => number) {
  const direction = Float64Array.from({ length: dim }, () => random.pick([-1, 1]));
  const q: Element = (_, d) => along * direction[d]! + random.normal(0, noise / along / 2);
  const k: Element = (key, d) =>
    (score(key) / (along * Math.sqrt(dim))) * direction[d]! + random.normal(0, noise / along);
  return { q, k };
}

/**
 * The last keys of a head, or its first ones, each with an axis or its opposite to itself: a key scores 120 for the
 * queries on its side of its axis, and no more than about 0 for all others. The last queries find the last keys, each
 * the last one that a causal mask shows it; the queries before them find one that it hides, the first of them the very
 * next one.
 */
function towers(random: Random, { queries, keys, dim }: Shape<AttentionShape>, where: "first" | "last") {
  const count = Math.min(2 * dim, Math.ceil(queries / 2), keys);
  const along = Math.sqrt(120 * Math.sqrt(dim));
  const noise = 1.5 / along;
  const element = (tower: number, d: number) => (tower >> 1 === d ? along * (tower % 2 === 0 ? 1 : -1) : 0);
  const numbered = (row: number, rows: number) => (where === "first" ? row : rows - 1 - row);
  const towerOf = (number: number) => (number % (2 * count) < count ? number % count : count - 1 - (number % count));
  const q: Element = (query, d) => element(towerOf(numbered(query, queries)), d) + random.normal(0, noise);
  const k: Element = (key, d) => {
    const tower = numbered(key, keys);
    return (tower < count ? element(tower, d) : 0) + random.normal(0, noise * Math.sqrt(dim));
  };
  return { q, k };
}

export const data: readonly DataKind<AttentionShape, "causal">[] = [
  headwise("plain", "independent normal values with an offset", (random) => ({
    q: plainElement(random),
    k: plainElement(random),
    v: plainValue(random),
  })),
  headwise(
    "large-scores",
    "scores around -130 for every third query and around +130 for the rest: exp overflows or vanishes unless the query's own maximum is subtracted",
    (random, { dim }) => {
      const level = random.uniform(115, 150);
      const along = Math.sqrt(level / Math.sqrt(dim));
      const { q, k } = aligned(random, dim, along, 1.5, () => level);
      return { q: (query, d) => (query % 3 === 0 ? -1 : 1) * q(query, d), k, v: plainValue(random) };
    },
  ),
  headwise(
    "towering",
    "each query has a key that scores 120 above the rest: exp overflows unless the maximum is of all visible keys, and vanishes if it is of hidden ones too",
    (random, shape, head) => ({ ...towers(random, shape, head % 2 === 0 ? "last" : "first"), v: plainValue(random) }),
  ),
  headwise(
    "spikes",
    "the first key, the last one and one between carry most of the weight",
    (random, { keys, dim }) => {
      const heights = new Map(
        [random.integer(0, keys - 1), 0, keys - 1].map((key) => [key, Math.log(keys) + random.uniform(0, 2)]),
      );
      return { ...aligned(random, dim, 1.5, 1, (key) => heights.get(key) ?? 0), v: plainValue(random) };
    },
  ),
  headwise(
    "ramp",
    "scores rise or fall from the first key to the last, which strains an online softmax",
    (random, { keys, dim }, head) => {
      const span = random.uniform(6, 12) * (head % 2 === 0 ? 1 : -1);
      return { ...aligned(random, dim, 1.5, 0.5, (key) => (span * key) / keys - span / 2), v: plainValue(random) };
    },
  ),
  headwise("wide-values", "columns of values from about 1e-5 to 1e5 in size", (random, { dim }) => {
    const sizes = Float64Array.from({ length: dim }, () => 10 ** random.uniform(-5, 5));
    return {
      q: plainElement(random),
      k: plainElement(random),
      v: (_, d) => sizes[d]! * random.normal(0.5, 1),
    };
  }),
  headwise(
    "loud-future",
    "the last key fits every query and has large values, but a causal mask hides it from all queries but the last",
    (random, { keys, dim }) => ({
      ...aligned(random, dim, 1.5, 1, (key) => (key === keys - 1 ? 12 : 0)),
      v: (key) => (key === keys - 1 ? 100 : 1) * random.normal(0.5, 1),
    }),
  ),
];
