import { expect, test } from "vitest";
import { intendedTask, moduleTask } from "./module-name.ts";

const TASKS = ["rope", "matmul", "matmul-int8", "layer-norm"];

test.each([
  ["my_rope.ts", "rope"],
  ["rope-final (2).ts", "rope"],
  ["Matmul_INT8 v2.ts", "matmul-int8"],
  ["matmul.v2.ts", "matmul"],
  ["matmlu-int8.ts", "matmul-int8"],
  ["myLayerNorm.ts", "layer-norm"],
  ["layernorm.wgsl", "layer-norm"],
  ["europe.ts", undefined],
  ["norm.ts", undefined],
  ["🚀.ts", undefined],
  ["", undefined],
])("%j is meant for the task %s", (file, task) => {
  expect(intendedTask(file, TASKS)).toBe(task);
  expect(intendedTask(file, [])).toBeUndefined();
});

test("only a module with a task's name is the task's", () => {
  const names = ["rope.ts", "rope.js", "Rope.ts", "rope.mjs", "rope.wgsl", "rope"];
  expect(names.map((name) => moduleTask(name, TASKS))).toEqual(["rope", "rope", ...Array(4).fill(undefined)]);
});
