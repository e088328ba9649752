import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../package-root.ts";
import { lackingParts, taskFolder, taskNames } from "../task/load.ts";
import { evaluateCaseFile } from "./evaluate-case.ts";

const GOLDEN = join(packageRoot(), "reference", "golden");
/** Far larger than the error of float64 arithmetic, far smaller than that of another formula. */
const TOLERANCE = 1e-6;

async function caseFile(content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "case.json");
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const whole = taskNames().filter((name) => lackingParts(taskFolder(name)).length === 0);
const goldenFiles = (await readdir(GOLDEN)).filter((file) => whole.includes(file.replace(/-\d+\.json$/, "")));

test.each(goldenFiles)("%s holds what the reference gives", async (file) => {
  const { outputs: golden } = JSON.parse(await readFile(join(GOLDEN, file), "utf8"));
  const outputs = await evaluateCaseFile(join(GOLDEN, file));
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(golden).sort());
  for (const [name, values] of Object.entries(outputs)) {
    const scale = Math.max(...golden[name].map(Math.abs));
    expect(values).toHaveLength(golden[name].length);
    const apart = values.findIndex(
      (value, index) => !(Math.abs(Number(value) - golden[name][index]) <= TOLERANCE * scale),
    );
    expect(apart, `${name}[${apart}]`).toBe(-1);
  }
});

test("what JSON lacks is written as strings", async () => {
  const inputs = { x: [0, 0, 0, "NaN", 0, 0] };
  const file = await caseFile({ task: "softmax", shape: { rows: 2, cols: 3 }, inputs });
  expect(await evaluateCaseFile(file)).toEqual({ y: [1 / 3, 1 / 3, 1 / 3, "NaN", "NaN", "NaN"] });
});

describe("a case file is refused, with its name and the field,", () => {
  const fine = { task: "softmax", shape: { rows: 1, cols: 2 }, params: {}, inputs: { x: [0, 1] } };
  test.each([
    ["{", "is not JSON: "],
    ["\u001b[31m", "is not JSON: Unexpected token '\\u{1b}', \"\\u{1b}[31m\" is not valid JSON."],
    ["[]", "holds no case."],
    [{ ...fine, task: "sofmax" }, '`task`: there is no task "sofmax". Did you mean "softmax"?'],
    [{ ...fine, task: 3 }, "`task`: it must be a task's name."],
    [{ ...fine, shape: { rows: 1, col: 2 } }, '`shape`: the task has no "col" there. Did you mean "cols"?'],
    [{ ...fine, shape: { rows: 1 } }, '`shape`: "cols" is missing (elements in a row).'],
    [{ ...fine, shape: { rows: 1.5, cols: 2 } }, "`shape.rows`: it must be a whole number of at least 1, and is 1.5."],
    [{ ...fine, shape: { rows: "1", cols: 2 } }, "`shape.rows`: it must be a number."],
    [{ ...fine, params: { causal: 1 } }, '`params`: the task has no "causal" there.'],
    [{ ...fine, inputs: {} }, "`inputs.x`: it is missing (logits): x[rows, cols] takes 2 numbers."],
    [{ ...fine, inputs: { X: [0, 1] } }, '`inputs`: softmax has no input "X". Did you mean "x"?'],
    [{ ...fine, inputs: { x: [0] } }, "`inputs.x`: x[rows, cols] takes 2 numbers, and there are 1."],
    [{ ...fine, inputs: { x: [0, null] } }, "`inputs.x[1]`: it must be a number, and is null."],
    [{ ...fine, inputs: { x: [0, "inf"] } }, '`inputs.x[1]`: it must be a number, and is "inf".'],
    [{ ...fine, inputs: { x: [1e39, 0] } }, "`inputs.x[0]`: 1e+39 is too large for f32."],
  ])("when it is %j", async (content, message) => {
    const file = await caseFile(content);
    const error = await evaluateCaseFile(file).catch((one) => one);
    expect(error.name).toBe("UserError");
    expect(error.message).toContain(message);
    expect(error.message).toContain(file);
  });

  test("when words of a packed tensor are no whole numbers", async () => {
    const golden = JSON.parse(await readFile(join(GOLDEN, "matmul-int8-0.json"), "utf8"));
    const file = await caseFile({ ...golden, inputs: { ...golden.inputs, a: [...golden.inputs.a.slice(1), 0.5] } });
    await expect(evaluateCaseFile(file)).rejects.toThrow(
      "`inputs.a[11]`: it must be a whole number from 0 to 4294967295, and is 0.5.",
    );
  });

  test("when nobody can solve it in f32", async () => {
    const golden = JSON.parse(await readFile(join(GOLDEN, "gmm-fit-0.json"), "utf8"));
    const covariances = golden.inputs.covariances.with(0, -1);
    const file = await caseFile({ ...golden, inputs: { ...golden.inputs, covariances } });
    await expect(evaluateCaseFile(file)).rejects.toMatchObject({
      name: "UserError",
      message: `${file} cannot be solved: gmm-fit: this problem breaks down in f32 arithmetic.`,
    });
  });

  test("when it is not there", async () => {
    await expect(evaluateCaseFile("nowhere.json")).rejects.toThrow("There is no file nowhere.json.");
  });
});
