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
  ["0", "--budget must be more than 0."],
  ["0ms", "--budget must be more than 0."],
  ["soon", '--budget must be a duration, got "soon".'],
  ["-1s", '--budget must be a duration, got "-1s".'],
  ["", '--budget must be a duration, got "".'],
])("refuses %j", async (text, message) => {
  await expect(parseBudget(text)).rejects.toThrow(message);
});
