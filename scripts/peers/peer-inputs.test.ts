import { expect, test } from "vitest";
import { loadTask, taskNames } from "../../harness/catalog/load.ts";
import { drawProblem, outputSizes } from "../../harness/task/case.ts";
import { evaluate } from "../../reference/oracle.ts";
import { expressedTasks } from "./expressed.ts";
import { peerInputs } from "./peer-inputs.ts";
import { UNEXPRESSED } from "./unexpressed.ts";

const problemOf = async (name: string, shape: Record<string, number>, params: Record<string, number> = {}) => {
  const task = await loadTask(name);
  const one = { task: name, index: 0, shape, params, data: "plain", group: "peers" };
  return { task, problem: drawProblem(task, one, "peers") };
};

test("every task has an expression in a peer, or a reason why not", () => {
  expect([...expressedTasks(), ...Object.keys(UNEXPRESSED)].sort()).toEqual([...taskNames()].sort());
});

// Shapes with padded words, and groups that share words.
test.each([
  ["matmul-int8", { m: 2, n: 3, k: 5 }],
  ["matmul-int4", { m: 2, n: 3, k: 12, group: 4 }],
  ["matmul-nf4", { m: 2, n: 3, k: 128 }],
])("the f32 product of what %s gives to peers is the task's result", async (name, shape) => {
  const { task, problem } = await problemOf(name, shape);
  const { tensors } = peerInputs(task, problem);
  const a = tensors.a!.values;
  const b = (tensors.w ?? tensors.b)!.values;
  const [row, column] = [tensors.a_scale?.values, tensors.b_scale?.values];
  const { expected } = evaluate(task.oracle, problem, outputSizes(task, shape)).out!;
  for (let at = 0; at < expected.length; at++) {
    const [r, c] = [Math.floor(at / shape.n), at % shape.n];
    let sum = 0;
    for (let i = 0; i < shape.k; i++) sum += a[r * shape.k + i]! * b[c * shape.k + i]!;
    const result = sum * (row?.[r] ?? 1) * (column?.[c] ?? 1);
    expect(Math.abs(result - expected[at]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[at]!)));
  }
});

test("the mask hides keys after the last that a query sees", async () => {
  const { task, problem } = await problemOf("attention", { heads: 1, queries: 2, keys: 4, dim: 1 }, { causal: 1 });
  const { dims, values } = peerInputs(task, problem).tensors.mask!;
  expect(dims).toEqual([2, 4]);
  expect(Array.from(values, (value) => value === 0)).toEqual([true, true, true, false, true, true, true, true]);
});
