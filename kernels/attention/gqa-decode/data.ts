import type { DataKind } from "../../../harness/task/task.ts";
import type { GqaDecodeShape } from "../../../reference/gqa-decode.ts";
import type { Shape } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import { aligned, atEnds, type Element, plainElement, plainValue, towering, wideValue } from "../score-geometry.ts";

type Kind = DataKind<GqaDecodeShape, never>;
type Lengths = (random: Random, shape: Shape<GqaDecodeShape>) => number[];

/** A group of query heads and the key/value head that they share, in one sequence. */
interface Group {
  /** The row of a query is its head's index in the group; the row of a key or value is its position. */
  readonly q: Element;
  readonly k: Element;
  readonly v: Element;
}

/**
 * Lengths from half of the context to all of it. After the first sequence always come a full cache, one that lacks a
 * position, and one of a single position. A lone sequence has at least two positions, so its output does not copy a
 * value.
 */
const variousLengths: Lengths = (random, { batch, context }) => {
  const ordinary = () => random.integer(Math.min(context, Math.max(2, Math.ceil(context / 2))), context);
  const special = [undefined, context, Math.max(1, context - 1), 1];
  return Array.from({ length: batch }, (_, sequence) => special[sequence] ?? ordinary());
};

/** A data kind that generates each group of each sequence independently. */
function groupwise(
  name: string,
  about: string,
  drawGroup: (random: Random, shape: Shape<GqaDecodeShape>, length: number, group: number) => Group,
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
        const element = drawGroup(random, shape, lengths[Math.floor(group / kv_heads)]!, group);
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

function huge(random: Random): number {
  return random.pick([-1, 1]) * 10 ** random.uniform(3, 5);
}

export const data: readonly Kind[] = [
  groupwise(
    "plain",
    "independent normal values with an offset; positions past the length hold more of the same",
    (random) => ({
      q: plainElement(random),
      k: plainElement(random),
      v: plainValue(random),
    }),
  ),
  groupwise(
    "stale-cache",
    "positions past the length hold numbers of 1,000 to 100,000 in magnitude, which dominate the result if read",
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
    "caches of one, two or three positions, however large the context",
    (random) => ({ q: plainElement(random), k: plainElement(random), v: plainValue(random) }),
    (_random, { batch, context }) =>
      Array.from({ length: batch }, (_, sequence) => Math.min(context, 1 + ((sequence + 1) % 3))),
  ),
  groupwise(
    "large-scores",
    "all scores are +300 in every other group and -300 in the rest: exp overflows or underflows unless the maximum is subtracted",
    (random, { context, dim }, _length, group) => ({
      ...atEnds(
        random,
        dim,
        context,
        () => 1,
        () => (group % 2 === 0 ? 1 : -1),
      ),
      v: plainValue(random),
    }),
  ),
  groupwise(
    "towering",
    "each query has one position that scores 300, at least 96 above all others: exp overflows unless the maximum covers all valid positions",
    (random, { q_heads, kv_heads, context, dim }, length, group) => {
      const together = q_heads / kv_heads;
      return {
        ...towering(random, dim, context, (head) => (group * together + head) % length),
        v: plainValue(random),
      };
    },
  ),
  groupwise(
    "spikes",
    "the first position, the last and one in between carry most of the weight; so would the first one past the length",
    (random, { dim }, length) => {
      const heights = new Map(
        [Math.floor(length / 2), 0, length - 1, length].map((position) => [
          position,
          Math.log(length) + random.uniform(0, 2),
        ]),
      );
      return { ...aligned(random, dim, 1.5, 1, (position) => heights.get(position) ?? 0), v: plainValue(random) };
    },
  ),
  groupwise(
    "steep",
    "every other position, or the last one alone, towers over the rest by 600: exp overflows unless one of them is the maximum",
    (random, { context, dim }, length, group) => {
      const isHigh = [
        (position: number) => position % 2 === 1,
        (position: number) => position === length - 1,
        (position: number) => position % 2 === 0,
      ][group % 3]!;
      return {
        ...atEnds(
          random,
          dim,
          context,
          () => 1,
          (position) => (isHigh(position) ? 1 : -1),
        ),
        v: plainValue(random),
      };
    },
  ),
  groupwise(
    "ramp",
    "scores rise or fall from the first position to the last, which stresses an online softmax; columns of values from 1e-5 to 1e5 in size",
    (random, { dim, context }, length, group) => {
      const span = random.uniform(6, 12) * (group % 2 === 0 ? 1 : -1);
      const score = (position: number) => (span * position) / context - span / 2;
      return { ...aligned(random, dim, 1.5, 0.5, score), v: wideValue(random, group, dim, length) };
    },
  ),
];
