import { join } from "node:path";
import { createColors } from "picocolors";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { loadTask, loadTasks } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { learningPath, placeInPath } from "../task/learning-path.ts";
import type { Task } from "../task/task.ts";
import { describeTask } from "./describe-task.ts";
import { textWidth } from "./output.ts";

const EXAMPLES = join(packageRoot(), "harness", "cli", "example");
const colors = createColors(false);
/** The task that follows changes with the number of tasks. */
const following = (await loadTask("gmm-fit")).spec;

/** The task with fixed cases and kinds of data: this tests their description, not their choice. */
async function withFixedCases(name: string): Promise<Task> {
  const { spec, data, ...task } = await loadTask(name);
  const sized = (size: number) => Object.fromEntries(Object.keys(spec.shape).map((axis) => [axis, size]));
  const params = Object.fromEntries(Object.keys(spec.params).map((param) => [param, 1]));
  const check = (group: string, size: number, ...kinds: string[]) => ({
    shape: sized(size),
    params,
    group,
    data: kinds,
  });
  const checks = [
    check("tiny", 1, "plain"),
    check("tiny", 2, "plain"),
    check("odd sizes", 13, "plain", "offset", "masked", "spike", "steep", "flat", "ascending"),
    check("odd sizes", 37, "plain"),
  ];
  const [plain] = data;
  return {
    ...task,
    data: [{ ...plain!, name: "plain", about: "independent normal values" }],
    spec: { ...spec, checks },
  };
}

test("every built-in task's statement works an example", async () => {
  const without = (await loadTasks()).filter(({ spec }) => !/^For example[:,]/m.test(spec.statement));
  expect(without.map(({ spec }) => spec.name)).toEqual([]);
});

// After a change of a statement or a hint, `npm run schema` rewrites these files.
describe.each([80, 120])("on a terminal of %i columns", (columns) => {
  test.each(["softmax", "matmul-int4", "multi-head-attention"])("explains the task %s", async (name) => {
    const task = await withFixedCases(name);
    const place = { step: task.spec.step, next: following };
    const text = describeTask(task, place, { colors, width: textWidth(columns) });
    await expect(`${text}\n`).toMatchFileSnapshot(join(EXAMPLES, `tasks-${name}.${columns}.txt`));
  });
});

test("every task's explanation fits the terminal, except formulas, which are not wrapped", async () => {
  const tasks = await loadTasks();
  const path = learningPath(tasks.map(({ spec }) => spec));
  for (const task of tasks) {
    const lines = describeTask(task, placeInPath(path, task.spec.name), { colors, width: 80 }).split("\n");
    const formulas = new Set(task.spec.statement.split("\n").filter((line) => line.startsWith("    ")));
    expect(
      lines.filter((line) => stringWidth(line) > 80 && !formulas.has(line)),
      task.spec.name,
    ).toEqual([]);
  }
});

test("describes the place of an element for every kind of tensor", async () => {
  const { spec } = await loadTask("softmax");
  const tensor = (name: string, type: "f32" | "u32" | "i8" | "u4", ...dims: string[]) => ({
    name,
    type,
    dims,
    about: "",
  });
  const shape = { i: "", rows: "", cols: "", dim: "" };
  const inputs = [
    tensor("vector", "f32", "rows"),
    tensor("matrix", "u32", "rows", "cols/2"),
    tensor("cube", "f32", "rows", "cols", "dim"),
    tensor("bytes", "i8", "cols"),
    tensor("packed", "i8", "rows", "cols"),
    tensor("nibbles", "u4", "dim", "rows", "cols"),
  ];
  const checks = [{ ...spec.checks[0]!, shape: { i: 1, rows: 4, cols: 8, dim: 2 } }];
  const task = { ...(await loadTask("softmax")), spec: { ...spec, shape, inputs, checks } };
  const text = describeTask(task, { step: undefined, next: undefined }, { colors, width: 200 });
  expect(text.split("\n").filter((line) => /^ {6}Element/.test(line))).toMatchInlineSnapshot(`
    [
      "      Element [j, l] is matrix[j * (cols/2) + l].",
      "      Element [j, l, p] is cube[(j * cols + l) * dim + p].",
      "      Element [j] is byte j % 4 (the lowest is 0) of bytes[j / 4], a signed number.",
      "      Element [j, l] is byte l % 4 (the lowest is 0) of packed[j * ceil(cols / 4) + l / 4], a signed number.",
      "      Element [j, l, p] is bits 4 * (p % 8) to 4 * (p % 8) + 3 of nibbles[(j * rows + l) * ceil(cols / 8) + p / 8].",
      "      Element [j, l] is y[j * cols + l].",
    ]
  `);
});
