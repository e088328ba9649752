import { describe, expect, test } from "vitest";
import { allows, evaluate } from "../../../reference/oracle.ts";
import { Random } from "../../../reference/random.ts";
import task from "./task.ts";

function found(queries: readonly number[], docs: readonly number[], dim: number, top_k: number) {
  const shape = { queries: queries.length / dim, docs: docs.length / dim, dim, top_k };
  const inputs = { queries: Float32Array.from(queries), docs: Float32Array.from(docs) };
  const size = shape.queries * top_k;
  const { indices, scores } = evaluate(task.oracle, { shape, params: {}, inputs }, { indices: size, scores: size });
  return { indices: indices!, scores: scores! };
}

describe("the nearest documents by cosine", () => {
  test("give duplicates in the order of their indices, although rounding blurs every score", () => {
    const random = new Random("duplicates");
    const [query, other, one] = [0, 1, 2].map(() => Array.from({ length: 9 }, () => random.normal(1, 0.3)));
    const docs = [other!, one!, other!, one!, one!, other!].flat();
    const { indices, scores } = found(query!, docs, 9, 6);
    expect(scores.bound.every((bound) => bound > 0)).toBe(true);
    expect(indices.others!.size).toBe(0);
    const first = [...indices.expected];
    expect([
      [1, 3, 4, 0, 2, 5],
      [0, 2, 5, 1, 3, 4],
    ]).toContainEqual(first);
  });

  test("cut a group of duplicates off at its lowest indices", () => {
    const { indices } = found([1, 2], [4, 3, 4, 3, 1, 2, 4, 3], 2, 3);
    expect([...indices.expected]).toEqual([2, 0, 1]);
    expect(allows(indices, 2, 3)).toBe(false);
  });

  test("may exchange documents that differ by less than rounding, and keep duplicates of each in order", () => {
    const near = 1 + 2 ** -23;
    const { indices } = found([1, 2], [1, 1, 1, near, 1, 1], 2, 3);
    expect([...indices.expected]).toEqual([1, 0, 2]);
    expect([0, 1, 2].filter((document) => allows(indices, 0, document))).toEqual([0, 1]);
    expect([0, 1, 2].filter((document) => allows(indices, 2, document))).toEqual([1, 2]);
  });

  test("depend on no row's length", () => {
    const { indices, scores } = found([1e15, 1e15], [1e-15, 0, -1e15, -1e15, 3, 3], 2, 3);
    expect([...indices.expected]).toEqual([2, 0, 1]);
    expect(scores.expected[0]).toBeCloseTo(1, 12);
    expect(scores.expected[1]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(scores.expected[2]).toBeCloseTo(-1, 12);
  });
});
