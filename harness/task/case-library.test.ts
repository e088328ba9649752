import { expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { casesOf } from "./case-library.ts";

const cases = casesOf<["n", "d"], "scale" | "rounds">({
  axes: ["n", "d"],
  checks: [
    ["tiny", [1, 2]],
    ["odd sizes", [7, 3], "all", { rounds: 8 }],
    ["long", [5, 8209], ["far"]],
  ],
  draw: (random) => [random.integer(2, 9), 4],
  measures: { small: [16, 2], medium: [32, 2], large: [64, 2] },
})({ params: { scale: [0.1, 0.5], rounds: [1] }, kinds: ["plain", "far"] });

it("lists checks with their shapes and kinds, params in turn unless given", () => {
  expect(cases.checks).toEqual([
    { group: "tiny", shape: { n: 1, d: 2 }, params: { scale: Math.fround(0.1), rounds: 1 }, data: ["plain"] },
    { group: "odd sizes", shape: { n: 7, d: 3 }, params: { scale: 0.5, rounds: 8 }, data: ["plain", "far"] },
    { group: "long", shape: { n: 5, d: 8209 }, params: { scale: Math.fround(0.1), rounds: 1 }, data: ["far"] },
  ]);
});

it("measures by size with the first params, and draws shapes by name", () => {
  const params = { scale: Math.fround(0.1), rounds: 1 };
  expect(cases.measures.map(({ name, shape }) => [name, shape.n])).toEqual([
    ["small", 16],
    ["medium", 32],
    ["large", 64],
  ]);
  expect(cases.measures[2]!.params).toEqual(params);
  expect(cases.drawShape(new Random("shapes", "n")).shape.d).toBe(4);
});
