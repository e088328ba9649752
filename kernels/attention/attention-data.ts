import type { DrawInputs } from "../../harness/task/compose-task.ts";
import { atEnds, type DrawHead, type Head, headwise, scoreKinds } from "../../harness/task/score-data.ts";
import { type AttentionShape, visibleKeys } from "../../reference/attention.ts";

interface AttentionHead extends Head {
  readonly causal: number;
}

const inputs =
  (draw: DrawHead<AttentionHead>): DrawInputs<AttentionShape, "causal"> =>
  (random, { heads, ...sizes }, { causal }) => {
    const drawn = Array.from({ length: heads }, (_, index) => ({ index, ...sizes, causal }));
    return headwise(random, drawn, draw);
  };

/**
 * The towering key of each query. Even heads cycle through the visible keys, starting at the second, so outputs do not
 * copy the values. Odd heads count back from the last key. Under a causal mask they use the last visible key instead,
 * and for every fourth query the next key, which is hidden.
 */
function aim({ index, queries, keys, causal }: AttentionHead, query: number): number {
  const visible = visibleKeys(query, queries, keys, causal);
  if (index % 2 === 0) return (query + 1 + (index / 2) * queries) % visible;
  if (causal) return query % 4 === 3 && visible < keys ? visible : visible - 1;
  return keys - 1 - (query % keys);
}

export const data = {
  ...scoreKinds(inputs, aim),
  "loud-future": [
    "the last key scores +300 and has large values, but a causal mask hides it from all queries except the last, whose other scores are all -300",
    inputs((random, head) => {
      const isLast = (key: number) => key === head.keys - 1;
      const sign = (key: number) => (isLast(key) ? 1 : -1);
      const v = (key: number) => (isLast(key) ? 100 : 1) * random.normal(0.5, 1);
      return { ...atEnds(random, head, () => 1, sign), v };
    }),
  ],
} as const;
