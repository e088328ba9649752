import { describe, expect, it } from "vitest";
import { isInShard, parseShard } from "./shard.ts";

const PEOPLE = Array.from({ length: 500 }, (_, index) => `candidate-${index}`);
const pairs = PEOPLE.flatMap((candidate) => ["softmax", "matmul"].map((task) => ({ candidate, task })));

describe("isInShard", () => {
  it("puts each submission into exactly one shard, about the same number into each", () => {
    const sizes = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (index) => pairs.filter((pair) => isInShard({ index, count: 8 }, pair)).length,
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBe(pairs.length);
    expect(Math.min(...sizes)).toBeGreaterThan((0.7 * pairs.length) / 8);
  });

  it("puts one candidate's submissions into several shards", () => {
    const shards = new Set(
      ["softmax", "matmul", "gelu", "rope", "lstm-cell", "roc-auc"].map((task) =>
        [1, 2].find((index) => isInShard({ index, count: 2 }, { candidate: "alice", task })),
      ),
    );
    expect(shards).toEqual(new Set([1, 2]));
  });

  it("does not depend on how a file system stores a name", () => {
    for (const count of [2, 3, 5, 7]) {
      for (let index = 1; index <= count; index++) {
        const of = (candidate: string) => isInShard({ index, count }, { candidate, task: "softmax" });
        expect(of("Zoe\u0308")).toBe(of("Zo\u00eb"));
      }
    }
  });
});

describe("parseShard", () => {
  it("reads a number and a count", () => {
    expect(parseShard("3/8")).toEqual({ index: 3, count: 8 });
  });

  it.each(["3", "3/", "a/b", "-1/8", "1.5/8", "", "1/8/9"])("refuses %j", (text) => {
    expect(() => parseShard(text)).toThrow(`--shard must be a number and a count, got "${text}".`);
  });

  it.each(["0/8", "9/8", "1/0", "1/20000"])("refuses %s, which is out of range", (text) => {
    expect(() => parseShard(text)).toThrow(`--shard is ${text}, but the number must be from 1`);
  });
});
