import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import { learningPath } from "../task/learning-path.ts";
import type { LearningStep, Task } from "../task/task.ts";
import { filterPath, listTasks, type TaskFilter } from "./list-tasks.ts";

function spec(name: string, step?: LearningStep): Task["spec"] {
  return { name, family: "made-up", title: `The ${name}`, step } as Task["spec"];
}

const path = learningPath([
  spec("mse-loss", { track: "first steps", level: 1, teaches: "a reduction to one number", questions: [31] }),
  spec("leaky-relu", { track: "first steps", level: 1, teaches: "one value for each invocation", questions: [20, 22] }),
  spec("gqa-decode", {
    track: "attention and inference",
    level: 4,
    teaches: "sharing keys and values among query heads, and splitting long caches among workgroups",
    questions: [37],
  }),
  spec("own-task"),
]);
const solvedAt = new Map([["leaky-relu", ""]]);

function list(filter: TaskFilter): string {
  const style = { colors: createColors(false), width: 80 };
  return listTasks(filterPath(path, filter), { solvedAt, lastTask: undefined }, filter, style);
}

test("lists tasks by track and level, and marks solved ones", () => {
  expect(list({})).toMatchInlineSnapshot(`
    "4 tasks, 1 solved. Columns: level (1 is a first kernel, 5 a day's work), task,
    interview questions, what it teaches.

    first steps (1 of 2 solved)
      ✓ 1  leaky-relu  20, 22  one value for each invocation
        1  mse-loss    31      a reduction to one number

    attention and inference (0 of 1 solved)
        4  gqa-decode  37      sharing keys and values among query heads, and
                               splitting long caches among workgroups

    other tasks (0 of 1 solved)
           own-task            The own-task

      npx kernelmark tasks <name>    explains a task
      npx kernelmark init --next     starts the next one of your track
      npx kernelmark tasks --help    shows how to list some of them"
  `);
});

describe("a filter", () => {
  test("shows some of them", () => {
    expect(list({ level: 1, topic: "value", question: 20 })).toMatchInlineSnapshot(`
      "1 task, 1 solved. Columns: level (1 is a first kernel, 5 a day's work), task,
      interview questions, what it teaches.

      first steps
        ✓ 1  leaky-relu  20, 22  one value for each invocation"
    `);
  });

  test.each<[TaskFilter, string]>([
    [{ question: 41 }, "Question 41 has no task, since it is no computation on tensors: distributed\ntraining."],
    [{ question: 16 }, "No task answers question 16 yet."],
    [{ level: 5, topic: "reduction" }, 'No task has level 5 and is about "reduction".'],
  ])("%j says why it shows none", (filter, text) => expect(list(filter)).toBe(text));

  test.each<[TaskFilter, string]>([
    [{ level: 6 }, "--level must be a number from 1 to 5."],
    [{ level: Number.NaN }, "--level must be a number from 1 to 5."],
    [{ question: 51 }, "--question must be a number from 1 to 50."],
    [{ topic: "reducton" }, 'No task is about "reducton". Did you mean "reduction"?'],
    [{ topic: "frist steps" }, 'No task is about "frist steps". Did you mean "first steps"?'],
    [{ topic: "\u001b[31m" }, 'No task is about "\\u{1b}[31m".'],
  ])("%j is refused", (filter, message) => expect(() => list(filter)).toThrow(message));
});
