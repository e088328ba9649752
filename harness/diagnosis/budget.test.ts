import { expect, test } from "vitest";
import softmaxTask from "../../kernels/softmax/softmax/task.ts";
import { evaluate, type Problem } from "../../reference/oracle.ts";
import type { Task } from "../task/task.ts";
import { madeUpCase } from "../testing/made-up-case.ts";
import { Budget, OPERATIONS_OF_A_DIAGNOSIS } from "./budget.ts";
import { findChangedInput } from "./changed-inputs.ts";

test("a budget never gives out more than it has", () => {
  const budget = new Budget(10);
  expect([4, 7, 6, 1].map((operations) => budget.take(operations))).toEqual([true, false, true, false]);
});

/** A softmax of -x. */
function negated() {
  const shape = { rows: 3, cols: 5 };
  const x = Float32Array.from({ length: 15 }, (_, at) => Math.sin(1 + 3 * at));
  const problem = { shape, params: {}, inputs: { x } } as Problem;
  const outputOf = (input: Float32Array) =>
    evaluate(softmaxTask.oracle, { ...problem, inputs: { x: input } } as Problem<"rows" | "cols", never>, { y: 15 }).y!
      .expected;
  const [should, came] = [outputOf(x), outputOf(x.map((value) => -value))];
  const axes = [
    { name: "rows", size: 3 },
    { name: "cols", size: 5 },
  ];
  const at = (values: ArrayLike<number>) => (r: number, c: number) => values[5 * r + c]!;
  return { ...madeUpCase(axes, at(should), at(came), shape), problem };
}

test("only operations limit a diagnosis: with none left, no oracle is called", () => {
  const task = softmaxTask as Task;
  const find = (operations: number) => findChangedInput(task, [[negated()]], [], new Budget(operations))?.sentence;
  expect(find(OPERATIONS_OF_A_DIAGNOSIS)).toBe("Likely cause: a sign is wrong: these are the results for -`x`.");
  expect(find(2000)).toBeUndefined();
});
