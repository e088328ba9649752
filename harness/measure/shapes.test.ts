import { expect, it, test } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { shapesFor } from "./shapes.ts";

const task = await loadTask("softmax");

it("gives all of the task's shapes, or the named one", () => {
  expect(shapesFor(task, undefined).map(({ name }) => name)).toEqual(["small", "medium", "large"]);
  expect(shapesFor(task, "small")).toEqual([{ name: "small", shape: { rows: 512, cols: 256 }, params: {} }]);
});

it("reads sizes", () => {
  expect(shapesFor(task, "rows=3,cols=5")).toEqual([
    { name: "rows=3 cols=5", shape: { rows: 3, cols: 5 }, params: {} },
  ]);
});

it("takes params from the task unless they are given", async () => {
  const attention = await loadTask("attention");
  const sizes = "heads=1,queries=8,keys=8,dim=8";
  expect(shapesFor(attention, sizes)[0]!.params).toEqual(attention.spec.measures[0]!.params);
  expect(shapesFor(attention, `${sizes},causal=0`)[0]!.params).toMatchObject({ causal: 0 });
});

test.each([
  ["huge", 'softmax has no shape "huge".'],
  ["rows=3", "--shape lacks cols."],
  ["rows=3,cols", '--shape has "cols", which is not of the form name=number.'],
  ["rows=3,cols=4,depth=2", '--shape names "depth", which softmax does not have.'],
  ["rows=0,cols=4", "--shape: rows must be a positive integer, got 0."],
  ["rows=65536,cols=65536", "This shape takes 32768 MiB; the limit is 1024 MiB."],
])("refuses %s", (text, message) => {
  expect(() => shapesFor(task, text)).toThrow(message);
});
