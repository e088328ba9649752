import type { DrawInputs } from "../../harness/task/compose-task.ts";
import { type AttentionShape, visibleKeys } from "../../reference/attention.ts";
import type { Shape } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import {
  aligned,
  atEnds,
  type Element,
  filled,
  plainElement,
  plainValue,
  towering,
  wideValue,
} from "./score-geometry.ts";

interface Head {
  readonly q: Element;
  readonly k: Element;
  readonly v: Element;
}

type Kind = readonly [about: string, draw: DrawInputs<AttentionShape, "causal">];

/** Draws each head independently. */
function headwise(
  about: string,
  drawHead: (random: Random, shape: Shape<AttentionShape>, head: number, causal: number) => Head,
): Kind {
  return [
    about,
    (random, shape, { causal }) => {
      const { heads, queries, keys, dim } = shape;
      return filled({ q: queries, k: keys, v: keys }, heads, dim, (head) => drawHead(random, shape, head, causal));
    },
  ];
}

/**
 * The towering key of each query. Even heads cycle through the visible keys, starting at the second, so outputs do not
 * copy the values. Odd heads count back from the last key. Under a causal mask they use the last visible key instead,
 * and for every fourth query the next key, which is hidden.
 */
function aims({ queries, keys }: Shape<AttentionShape>, causal: number, head: number): (query: number) => number {
  return (query) => {
    const visible = visibleKeys(query, queries, keys, causal);
    if (head % 2 === 0) return (query + 1 + (head / 2) * queries) % visible;
    if (causal) return query % 4 === 3 && visible < keys ? visible : visible - 1;
    return keys - 1 - (query % keys);
  };
}

/** Size of the values that odd queries attend to, and of those for even queries, before their own spread. */
const CLIFF_VALUE = 1e4;

/** Consecutive keys with equal scores in `cliffs` data. */
function cliffWidth(keys: number, head: number): number {
  return Math.max(1, Math.floor(keys / 4 / (head + 1)));
}

export const data = {
  plain: headwise("independent normal values with an offset", (random) => ({
    q: plainElement(random),
    k: plainElement(random),
    v: plainValue(random),
  })),
  "large-scores": headwise(
    "every third query has all scores at -300, the others at +300: exp overflows or underflows unless the query's own maximum is subtracted",
    (random, { keys, dim }, head) => ({
      ...atEnds(
        random,
        dim,
        keys,
        (query) => ((query + head) % 3 === 0 ? -1 : 1),
        () => 1,
      ),
      v: plainValue(random),
    }),
  ),
  towering: headwise(
    "each query has one key that scores 300, at least 96 above all others: exp overflows unless the maximum covers all visible keys, and underflows if it includes hidden ones",
    (random, shape, head, causal) => ({
      ...towering(random, shape.dim, shape.keys, aims(shape, causal, head)),
      v: plainValue(random),
    }),
  ),
  cliffs: headwise(
    "blocks of keys score +300 and -300 alternately, reversed for the next query: a block may contribute nothing, and its values may differ greatly in size",
    (random, { keys, dim }, head) => {
      const width = cliffWidth(keys, head);
      const sign = (row: number) => (row % 2 === 0 ? 1 : -1);
      const signOfKey = (key: number) => sign(Math.floor(key / width));
      const value = plainValue(random);
      return {
        ...atEnds(random, dim, keys, sign, signOfKey),
        v: (key, d) => CLIFF_VALUE ** -signOfKey(key) * value(key, d),
      };
    },
  ),
  spikes: headwise(
    "the first key, the last and one in between carry most of the weight",
    (random, { heads, keys, dim }, head) => {
      const between = Math.floor((keys * (head + 1)) / (heads + 1));
      const heights = new Map([between, 0, keys - 1].map((key) => [key, Math.log(keys) + random.uniform(0, 2)]));
      return { ...aligned(random, dim, 1.5, 1, (key) => heights.get(key) ?? 0), v: plainValue(random) };
    },
  ),
  ramp: headwise(
    "scores rise or fall from the first key to the last, which stresses an online softmax",
    (random, { keys, dim }, head) => {
      const span = random.uniform(6, 12) * (head % 2 === 0 ? 1 : -1);
      return { ...aligned(random, dim, 1.5, 0.5, (key) => (span * key) / keys - span / 2), v: plainValue(random) };
    },
  ),
  "wide-values": headwise("columns of values from 1e-5 to 1e5 in size", (random, { keys, dim }, head) => ({
    q: plainElement(random),
    k: plainElement(random),
    v: wideValue(random, head, dim, keys),
  })),
  "loud-future": headwise(
    "the last key scores +300 and has large values, but a causal mask hides it from all queries except the last, whose other scores are all -300",
    (random, { keys, dim }) => ({
      ...atEnds(
        random,
        dim,
        keys,
        () => 1,
        (key) => (key === keys - 1 ? 1 : -1),
      ),
      v: (key) => (key === keys - 1 ? 100 : 1) * random.normal(0.5, 1),
    }),
  ),
};
