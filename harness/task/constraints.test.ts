import { expect, it } from "vitest";
import type { Problem } from "../../reference/oracle.ts";
import {
  fraction,
  fractions,
  indicesOf,
  paramRange,
  partlyMasked,
  positiveInteger,
  symmetric,
  upperTriangular,
} from "./constraints.ts";
import type { Constraint } from "./task.ts";

function problem(values: readonly number[], param = 0): Problem<"size", "p"> {
  return { shape: { size: 2 }, params: { p: param }, inputs: { x: Float32Array.from(values) } };
}

it.each<[Constraint<"size", "p">, meets: Problem<"size", "p">, breaks: Problem<"size", "p">]>([
  [fraction("p"), problem([], 1), problem([], 1.01)],
  [fraction("p"), problem([], 0), problem([], -0.01)],
  [positiveInteger("p"), problem([], 1), problem([], 0)],
  [positiveInteger("p"), problem([], 8), problem([], 1.5)],
  [fractions("x"), problem([0, 1]), problem([0.5, 1.5])],
  [indicesOf("x", "size"), problem([0, 1]), problem([0, 2])],
  [partlyMasked("x", "size", -1e30), problem([-1e30, 0, 1, -1e30]), problem([0, 1, -1e30, -1e30])],
  [upperTriangular("x", "size"), problem([1, -3, 0, 2]), problem([1, 0, 5, 2])],
  [upperTriangular("x", "size"), problem([1, 0, 0, 1, 2, 1, 0, 2]), problem([1, 0, 0, 1, 2, 1, 0, 0])],
  [symmetric("x", "size"), problem([1, 2, 2, 1, 0, 3, 3, 0]), problem([1, 2, 2, 1, 0, 3, 4, 0])],
])("$sentence", (constraint, meets, breaks) => {
  expect([constraint.holds(meets), constraint.holds(breaks)]).toEqual([true, false]);
});

it("names a mask as in the statement, and the ends of a param's range in f32", () => {
  expect(partlyMasked("x", "size", -1e30).sentence).toContain("greater than -1e30.");
  const range = paramRange("p", 0.1, 2);
  expect([range.least, range.most, range.values(problem([], 0.3))]).toEqual([Math.fround(0.1), 2, [0.3]]);
});
