import { expect, test } from "vitest";
import { misspeltSize } from "./misspelt-size.ts";

const find = (script: string) => misspeltSize(script, { rows: 2, cols: 3 }, { causal: 1 });

test("names the size or param that was probably meant", () => {
  expect(find("({ shape }) => [shape.rows, shape.col]")).toBe("`shape.col` does not exist: did you mean `shape.cols`?");
  expect(find("params.Causal")).toBe("`params.Causal` does not exist: did you mean `params.causal`?");
});

test("says nothing of names that exist, or resemble none", () => {
  expect(find("shape.rows * shape.cols + params.causal + reshape.col")).toBeUndefined();
  expect(find("shape.width")).toBeUndefined();
});
