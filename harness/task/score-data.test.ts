import { describe, expect, test } from "vitest";
import attention from "../../kernels/attention/attention/task.ts";
import flashAttention from "../../kernels/attention/flash-attention/task.ts";
import gqaDecode from "../../kernels/attention/gqa-decode/task.ts";
import { visibleKeys } from "../../reference/attention.ts";
import type { Problem } from "../../reference/oracle.ts";
import { drawProblem, listCases } from "./case.ts";
import { MOST_SCORE, scoreOf, TowerDirections } from "./score-data.ts";
import type { Task } from "./task.ts";

const SEEDS = ["one", "two"];
const ROOM = 64;

test("two directions score at least 96 apart, and their product is the direction with the xor of their indices", () => {
  for (let dim = 1; dim <= 40; dim++) {
    const directions = new TowerDirections(dim);
    for (let one = 0; one < directions.count; one++) {
      for (let other = 0; other < one; other++) {
        let same = 0;
        for (let d = 0; d < dim; d++) {
          const product = directions.sign(one, d) * directions.sign(other, d);
          if (product !== directions.sign(one ^ other, d)) expect.fail(`dim ${dim}: ${one} and ${other}`);
          same += product;
        }
        if (2 * MOST_SCORE - (1 + same / dim) * MOST_SCORE < 96) expect.fail(`dim ${dim}: ${one} is near ${other}`);
      }
    }
  }
});

interface Row {
  readonly scores: readonly number[];
  readonly visible: number;
}

/** All scores of each query, including those of hidden keys. */
function attentionRows({ shape, params, inputs }: Problem): Row[] {
  const { heads, queries, keys, dim } = shape as Record<"heads" | "queries" | "keys" | "dim", number>;
  return Array.from({ length: heads * queries }, (_, row) => {
    const keyAt = Math.floor(row / queries) * keys;
    return {
      scores: Array.from({ length: keys }, (_, key) =>
        scoreOf(inputs.q!, row * dim, inputs.k!, (keyAt + key) * dim, dim),
      ),
      visible: visibleKeys(row % queries, queries, keys, params.causal!),
    };
  });
}

function decodeRows({ shape, inputs }: Problem): Row[] {
  const { batch, q_heads, kv_heads, context, dim } = shape as Record<string, number> & Record<"batch", number>;
  return Array.from({ length: batch * q_heads! }, (_, row) => {
    const cacheAt = Math.floor(row / (q_heads! / kv_heads!)) * context!;
    const score = (position: number) =>
      scoreOf(inputs.q!, row * dim!, inputs.k_cache!, (cacheAt + position) * dim!, dim!);
    const visible = inputs.lengths![Math.floor(row / q_heads!)]!;
    return { scores: Array.from({ length: context! }, (_, position) => score(position)), visible };
  });
}

/** Index of the visible score so far above the other visible ones that exp overflows unless it is the maximum. */
function towerOf({ scores, visible }: Row): number | undefined {
  const seen = scores.slice(0, visible);
  const highest = Math.max(...seen);
  return seen.filter((score) => score > highest - 89).length === 1 ? seen.indexOf(highest) : undefined;
}

describe.each([
  ["attention", attention, attentionRows],
  ["flash-attention", flashAttention, attentionRows],
  ["gqa-decode", gqaDecode, decodeRows],
] as const)("%s, under every seed", (_name, task, rowsOf) => {
  const whole = task as Task;
  const rows = (seed: string, kinds: readonly string[]) =>
    listCases(whole, seed)
      .filter(({ data }) => kinds.includes(data))
      .flatMap((one) => rowsOf(drawProblem(whole, one, seed)));

  test.each(SEEDS)("has towers at every position modulo 64, seed %s", (seed) => {
    const places = rows(seed, ["towering"]).map(towerOf);
    const residues = new Set(places.flatMap((place) => (place === undefined ? [] : [place % ROOM])));
    expect(residues.size).toBe(ROOM);
  });

  test.each(SEEDS)("has queries with all scores at the least end, and at the most, seed %s", (seed) => {
    const ends = rows(seed, ["large-scores"]).filter(({ visible }) => visible > 1);
    expect(ends.filter(({ scores, visible }) => Math.max(...scores.slice(0, visible)) < -297).length).toBeGreaterThan(
      5,
    );
    expect(ends.filter(({ scores, visible }) => Math.min(...scores.slice(0, visible)) > 297).length).toBeGreaterThan(5);
  });
});
