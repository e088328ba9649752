import type { DataKind } from "../../../harness/task/task.ts";
import type { GqaDecodeShape } from "../../../reference/gqa-decode.ts";
import type { Shape } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<GqaDecodeShape, never>;
type Lengths = (random: Random, shape: Shape<GqaDecodeShape>) => number[];

/** An element of a query (of the group's `row`th head), or of the key or value at position `row`. */
type Element = (row: number, d: number) => number;

/** A group of query heads and the key/value head that they share, in one sequence. */
interface Group {
  readonly q: Element;
  readonly k: Element;
  readonly v: Element;
}

/**
 * Between half of the context and all of it, and among several sequences also caches that are full and caches of one
 * position. A sequence alone has at least two, so that its output is no copy of a value.
 */
const variousLengths: Lengths = (random, { batch, context }) => {
  const ordinary = () => random.integer(Math.min(context, Math.max(2, Math.ceil(context / 2))), context);
  const special = batch === 1 ? [] : [Math.max(1, context - 1), 1, context].slice(0, Math.max(2, batch - 1));
  const lengths = Array.from({ length: batch }, (_, sequence) => special[sequence] ?? ordinary());
  return random.shuffled(lengths);
};

/** A data kind of which every group of every sequence is drawn by itself. */
function groupwise(
  name: string,
  about: string,
  drawGroup: (random: Random, shape: Shape<GqaDecodeShape>, length: number, kvHead: number) => Group,
  drawLengths: Lengths = variousLengths,
): Kind {
  return {
    name,
    about,
    draw(random, shape) {
      const { batch, q_heads, kv_heads, context, dim } = shape;
      const q = new Float32Array(batch * q_heads * dim);
      const k_cache = new Float32Array(batch * kv_heads * context * dim);
      const v_cache = new Float32Array(batch * kv_heads * context * dim);
      const lengths = Uint32Array.from(drawLengths(random, shape));
      for (let group = 0; group < batch * kv_heads; group++) {
        const element = drawGroup(random, shape, lengths[Math.floor(group / kv_heads)]!, group % kv_heads);
        const fill = (tensor: Float32Array, rows: number, value: Element) => {
          const own = tensor.subarray(group * rows * dim, (group + 1) * rows * dim);
          for (let index = 0; index < own.length; index++) own[index] = value(Math.floor(index / dim), index % dim);
        };
        fill(q, q_heads / kv_heads, element.q);
        fill(k_cache, context, element.k);
        fill(v_cache, context, element.v);
      }
      return { q, k_cache, v_cache, lengths };
    },
  };
}

/** Wide enough that scores spread by about 2: then few positions carry most of the weight, as in trained models. */
const plainElement =
  (random: Random): Element =>
  () =>
    1.4 * random.normal(0.3, 1);

const plainValue =
  (random: Random): Element =>
  () =>
    random.normal(0.5, 1);

/**
 * Queries around one direction, `±along` in each element, and keys placed on it so that the score of position `j` is
 * about `score(j)`, with noise of about `noise` beside.
 */
function aligned(random: Random, dim: number, along: number, noise: number, score: (position: number) => number) {
  const direction = Float64Array.from({ length: dim }, () => random.pick([-1, 1]));
  const q: Element = (_, d) => along * direction[d]! + random.normal(0, noise / along / 2);
  const k: Element = (position, d) =>
    (score(position) / (along * Math.sqrt(dim))) * direction[d]! + random.normal(0, noise / along);
  return { q, k };
}

function huge(random: Random): number {
  return random.pick([-1, 1]) * 10 ** random.uniform(3, 5);
}

export const data: readonly Kind[] = [
  groupwise("plain", "independent normal values with an offset; past the length lies more of the same", (random) => ({
    q: plainElement(random),
    k: plainElement(random),
    v: plainValue(random),
  })),
  groupwise(
    "stale-cache",
    "past the length lie numbers from 1,000 to 100,000 in size, which outshine everything if they are read",
    (random, _shape, length) => {
      const key = plainElement(random);
      const value = plainValue(random);
      return {
        q: plainElement(random),
        k: (position, d) => (position < length ? key(position, d) : huge(random)),
        v: (position, d) => (position < length ? value(position, d) : huge(random)),
      };
    },
  ),
  groupwise(
    "short-caches",
    "caches of one, two or three positions, whatever there is room for",
    (random) => ({ q: plainElement(random), k: plainElement(random), v: plainValue(random) }),
    (random, { batch, context }) => {
      const lengths = Array.from({ length: batch }, (_, sequence) => Math.min(context, 1 + ((sequence + 1) % 3)));
      return random.shuffled(lengths);
    },
  ),
  groupwise(
    "large-scores",
    "scores around +130 in every other head and around -130 in the rest: exp overflows or vanishes unless the maximum is subtracted",
    (random, { dim }, _length, kvHead) => {
      const level = random.uniform(115, 150) * (kvHead % 2 === 0 ? 1 : -1);
      const along = Math.sqrt(Math.abs(level) / Math.sqrt(dim));
      return { ...aligned(random, dim, along, 1.5, () => level), v: plainValue(random) };
    },
  ),
  groupwise(
    "spikes",
    "the first position, the last one and one between carry most of the weight; the first one past the length would too",
    (random, { dim }, length) => {
      const heights = new Map(
        [random.integer(0, length - 1), 0, length - 1, length].map((position) => [
          position,
          Math.log(length) + random.uniform(0, 2),
        ]),
      );
      return { ...aligned(random, dim, 1.5, 1, (position) => heights.get(position) ?? 0), v: plainValue(random) };
    },
  ),
  groupwise(
    "steep",
    "every other position, or the last one alone, towers over the rest by 280: exp overflows unless one of them is the maximum",
    (random, { dim }, length, kvHead) => {
      const isLast = (position: number) => position === length - 1;
      const isHigh = [
        (position: number) => position % 2 === 1,
        random.pick([(position: number) => position % 2 === 0, isLast]),
        isLast,
      ][kvHead % 3]!;
      const score = (position: number) => (isHigh(position) ? 140 : -140);
      return { ...aligned(random, dim, 1.5, 1, score), v: plainValue(random) };
    },
  ),
  groupwise(
    "ramp",
    "scores rise or fall from the first position to the last, which strains an online softmax",
    (random, { dim, context }, _length, kvHead) => {
      const span = random.uniform(6, 12) * (kvHead % 2 === 0 ? 1 : -1);
      const score = (position: number) => (span * position) / context - span / 2;
      return { ...aligned(random, dim, 1.5, 0.5, score), v: plainValue(random) };
    },
  ),
];
