import { expect, it } from "vitest";
import softmax from "../../kernels/softmax/softmax/task.ts";
import { listCases } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { chosenCases } from "./choose-cases.ts";

const task = softmax as unknown as Task;
const chosen = (shape?: string, data?: string) =>
  listCases(task, "choice").filter(chosenCases(task, "choice", { shape, data }));

it("chooses cases by some or all of their sizes, by their data, or by both", () => {
  const wide = chosen("cols=13");
  expect(wide.length).toBeGreaterThan(1);
  expect(wide.every(({ shape }) => shape.cols === 13)).toBe(true);
  expect(new Set(chosen(undefined, "steep").map(({ data }) => data))).toEqual(new Set(["steep"]));
  const both = chosen(" rows = 7, cols = 13 ", "steep");
  expect(both).toMatchObject([{ shape: { rows: 7, cols: 13 }, data: "steep" }]);
});

it.each([
  ["cols", undefined, 'Error: --shape has "cols".', "rows=4,cols=3"],
  ["cosl=3", undefined, 'softmax has no size or param "cosl". Did you mean "cols"?', "It has rows, cols."],
  [undefined, "step", 'softmax has no data "step". Did you mean "steep"?', "Its kinds of data are plain, "],
  ["rows=4", undefined, "No case of softmax has rows=4.", "Its cases have rows=1,cols=1; rows=2,cols=3; "],
  ["rows=1", "steep", "No case of softmax has rows=1 and steep data.", "Its cases have rows="],
])("refuses %s and %s data", (shape, data, fact, fix) => {
  const refused = (() => {
    try {
      return chosen(shape, data);
    } catch (error) {
      return `${error}\n${(error as { hint?: string }).hint}`;
    }
  })();
  expect(refused).toContain(fact);
  expect(refused).toContain(fix);
});
