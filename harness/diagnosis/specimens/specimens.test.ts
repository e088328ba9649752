import { expect, test } from "vitest";
import int8Task from "../../../kernels/quantized-matmul/matmul-int8/task.ts";
import crossEntropyTask from "../../../kernels/softmax/cross-entropy/task.ts";
import softmaxTask from "../../../kernels/softmax/softmax/task.ts";
import type { Task } from "../../task/task.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { namedOf, type SpecimenGroup } from "./judge-specimens.ts";
import { int8 } from "./quantized-matmul.ts";
import { softmax } from "./softmax.ts";

function one(task: object, specimens: readonly { readonly name: string }[], name: string): SpecimenGroup {
  const specimen = specimens.find((other) => other.name === name);
  // Plans of all tasks go into one list.
  return { task: task as Task, specimens: [specimen] as unknown as SpecimenGroup["specimens"] };
}

// Of those that specimens.long.test.ts judges.
test.each([
  one(softmaxTask, softmax, "workgroups rounded down"),
  one(crossEntropyTask, crossEntropy, "the first row's target"),
  one(int8Task, int8, "the wrong row length of the output"),
])("a message names the cause of $specimens.0.name ($task.spec.name)", async (group) => {
  expect(await namedOf([group])).toEqual([true]);
});
