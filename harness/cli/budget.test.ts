import { expect, test } from "vitest";
import { parseBudget } from "./budget.ts";

test.each([
  ["5s", 5000],
  ["500ms", 500],
  ["0.5 s", 500],
  ["2", 2000],
  ["1m", 60_000],
])("%s is %i ms", async (text, budgetMs) => {
  expect(await parseBudget(text)).toBe(budgetMs);
});

test.each([
  ["0", "--budget is 0, and nothing can be measured in no time."],
  ["0ms", "--budget is 0, and nothing can be measured in no time."],
  ["soon", '--budget is "soon", which is no length of time.'],
  ["-1s", '--budget is "-1s", which is no length of time.'],
  ["", '--budget is "", which is no length of time.'],
])("refuses %j", async (text, message) => {
  await expect(parseBudget(text)).rejects.toThrow(message);
});
