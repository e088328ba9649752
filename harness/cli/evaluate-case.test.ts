import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { lackingParts, taskFolder, taskNames } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { caseDocument } from "./evaluate-case.ts";
import { findProblem } from "./find-problem.ts";

const GOLDEN = join(packageRoot(), "reference", "golden");
/** Far larger than the error of float64 arithmetic, far smaller than that of a wrong formula. */
const TOLERANCE = 1e-6;

async function evaluateCaseFile(file: string) {
  const { task, problem, estimates } = await findProblem(file, undefined);
  const { outputs, others } = caseDocument(task, problem, estimates);
  return { outputs, ...(others && { others }) };
}

async function caseFile(content: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "case.json");
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const whole = taskNames().filter((name) => lackingParts(taskFolder(name)).length === 0);
const goldenFiles = (await readdir(GOLDEN)).filter((file) => whole.includes(file.replace(/-\d+\.json$/, "")));

test.each(goldenFiles)("%s agrees with the reference", async (file) => {
  const { outputs: golden } = JSON.parse(await readFile(join(GOLDEN, file), "utf8"));
  const { outputs } = await evaluateCaseFile(join(GOLDEN, file));
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

test("infinities and NaN are strings", async () => {
  const inputs = { x: [0, "-Infinity", 0] };
  const file = await caseFile({ task: "softmax", shape: { rows: 1, cols: 3 }, inputs });
  expect(await evaluateCaseFile(file)).toEqual({ outputs: { y: [1 / 2, 0, 1 / 2] } });
});

test("choices that may go either way have their other values listed", async () => {
  const inputs = { x: [0.1, 0, 5, 5], centroids: [0.3, 4, 0.3, 4.0000001, 9, 9] };
  const file = await caseFile({ task: "kmeans-step", shape: { n: 2, d: 2, k: 3 }, inputs });
  const { outputs, others } = await evaluateCaseFile(file);
  expect(outputs.labels).toEqual([0, 0]);
  expect(others).toEqual({ labels: { 0: [[1, 1]], 1: [[1, 1]] } });
});

describe("a case file is refused, with its name and the field,", () => {
  const fine = { task: "softmax", shape: { rows: 1, cols: 2 }, params: {}, inputs: { x: [0, 1] } };
  test.each([
    ["{", "is not JSON: "],
    ["\u001b[31m", "is not JSON: Unexpected token '\\u{1b}', \"\\u{1b}[31m\" is not valid JSON."],
    ["[]", "contains no case."],
    [{ ...fine, task: "sofmax" }, '`task`: there is no task "sofmax". Did you mean "softmax"?'],
    [{ ...fine, task: 3 }, "`task`: must be a task's name."],
    [{ ...fine, shape: { rows: 1, col: 2 } }, '`shape`: the task has no "col". Did you mean "cols"?'],
    [{ ...fine, shape: { rows: 1 } }, '`shape`: "cols" is missing (elements in a row).'],
    [{ ...fine, shape: { rows: 1.5, cols: 2 } }, "`shape.rows`: must be a positive integer, got 1.5."],
    [{ ...fine, shape: { rows: "1", cols: 2 } }, "`shape.rows`: must be a number."],
    [{ ...fine, params: { causal: 1 } }, '`params`: the task has no "causal".'],
    [{ ...fine, inputs: {} }, "`inputs.x`: missing (logits): x[rows, cols] takes 2 numbers."],
    [{ ...fine, inputs: { X: [0, 1] } }, '`inputs`: softmax has no input "X". Did you mean "x"?'],
    [{ ...fine, inputs: { x: [0] } }, "`inputs.x`: x[rows, cols] takes 2 numbers, got 1."],
    [{ ...fine, inputs: { x: [0, null] } }, "`inputs.x[1]`: must be a number, got null."],
    [{ ...fine, inputs: { x: [0, "inf"] } }, '`inputs.x[1]`: must be a number, got "inf".'],
    [{ ...fine, inputs: { x: [1e39, 0] } }, "`inputs.x[0]`: 1e+39 is too large for f32."],
  ])("when it is %j", async (content, message) => {
    const file = await caseFile(content);
    const error = await evaluateCaseFile(file).catch((one) => one);
    expect(error.name).toBe("UserError");
    expect(error.message).toContain(message);
    expect(error.message).toContain(file);
  });

  test("if words of a packed tensor are not integers", async () => {
    const golden = JSON.parse(await readFile(join(GOLDEN, "matmul-int8-0.json"), "utf8"));
    const file = await caseFile({ ...golden, inputs: { ...golden.inputs, a: [...golden.inputs.a.slice(1), 0.5] } });
    await expect(evaluateCaseFile(file)).rejects.toThrow(
      "`inputs.a[11]`: must be an integer from 0 to 4294967295, got 0.5.",
    );
  });

  test("if it cannot be solved in f32", async () => {
    const golden = JSON.parse(await readFile(join(GOLDEN, "gmm-fit-0.json"), "utf8"));
    const covariances = golden.inputs.covariances.with(0, -1);
    const file = await caseFile({ ...golden, inputs: { ...golden.inputs, covariances } });
    await expect(evaluateCaseFile(file)).rejects.toMatchObject({
      name: "UserError",
      message: `${file} cannot be solved: gmm-fit: this problem breaks down in f32 arithmetic.`,
    });
  });

  test("if it does not exist", async () => {
    await expect(evaluateCaseFile("nowhere.json")).rejects.toThrow("There is no file nowhere.json.");
  });
});

describe("a problem that violates a constraint is refused, with the constraint:", () => {
  /** A golden file with some fields changed. A number for an input replaces its first element. */
  async function changed(name: string, changes: Record<string, Record<string, unknown>>): Promise<string> {
    const { outputs: _, ...golden } = JSON.parse(await readFile(join(GOLDEN, `${name}.json`), "utf8"));
    const { inputs = {}, ...dimensions } = changes;
    for (const [field, values] of Object.entries(dimensions)) Object.assign(golden[field], values);
    for (const [tensor, first] of Object.entries(inputs)) golden.inputs[tensor][0] = first;
    return caseFile(golden);
  }

  test.each([
    ["attention-1", { shape: { keys: 4 } }, "With `causal = 1`, `keys` is at least `queries`"],
    ["attention-0", { params: { causal: 0.5 } }, "`causal` is 0 or 1."],
    ["flash-attention-0", { shape: { dim: 257 } }, "`dim` is at most 256."],
    ["flash-attention-0", { inputs: { q: "NaN" } }, "All params and all elements of the inputs are finite."],
    ["multi-head-attention-0", { shape: { heads: 3 } }, "`model` is a multiple of `heads`."],
    ["multi-head-attention-0", { shape: { model: 514 } }, "`dim` (`model / heads`) is at most 256."],
    ["gqa-decode-0", { shape: { q_heads: 3 } }, "`q_heads` is a multiple of `kv_heads`."],
    ["gqa-decode-0", { inputs: { lengths: 0 } }, "Each of `lengths` is from 1 to `context`."],
    ["gqa-decode-0", { inputs: { lengths: 8 } }, "Each of `lengths` is from 1 to `context`."],
    ["cross-entropy-0", { inputs: { targets: 7 } }, "Each of `targets` is less than `classes`."],
    ["cross-entropy-0", { params: { smoothing: 1.5 } }, "`smoothing` is from 0 to 1."],
    ["softmax-0", { inputs: { x: "Infinity" } }, "No element of the inputs is NaN or positive infinity."],
    ["softmax-2", { inputs: { x: "-Infinity" } }, "No row of `x` is fully masked"],
    ["gmm-e-step-0", { inputs: { precision_cholesky: 0 } }, "upper triangular, with a positive diagonal."],
    ["gmm-e-step-0", { inputs: { weights: -0.5 } }, "`weights` are positive and add up to 1, within 0.0001."],
    ["gmm-fit-0", { inputs: { weights: 0.9 } }, "`weights` are positive and add up to 1, within 0.0001."],
    ["gmm-fit-0", { params: { iterations: 1.5 } }, "`iterations` is a positive integer."],
    ["gmm-fit-0", { params: { reg_covar: -1 } }, "`reg_covar` is not negative."],
    ["gmm-fit-0", { shape: { d: 33 } }, "`d` is at most 32."],
    ["gmm-m-step-0", { inputs: { responsibilities: -0.1 } }, "Each of `responsibilities` is from 0 to 1."],
    ["matmul-int4-0", { shape: { group: 5 } }, "`k` is a multiple of `group`."],
    ["matmul-int4-0", { inputs: { zeros: 256 } }, "Unused bits in the last word of each row of `zeros` are zero."],
    ["matmul-int8-0", { shape: { k: 131_072 } }, "`k` is at most 131,071."],
    ["matmul-nf4-0", { shape: { k: 96 } }, "`k` is a multiple of 64."],
  ])("%s with %j", async (name, changes, sentence) => {
    const file = await changed(name, changes);
    const error = await evaluateCaseFile(file).catch((one) => one);
    expect(error.name).toBe("UserError");
    expect(error.message).toContain(`is not defined on this problem. `);
    expect(error.message).toContain(sentence);
    expect(error.hint).toBe(`See the constraints: kernelmark tasks ${name.replace(/-\d$/, "")}`);
  });

  test("covariances that are not symmetric", async () => {
    const golden = JSON.parse(await readFile(join(GOLDEN, "gmm-fit-0.json"), "utf8"));
    golden.inputs.covariances[1] += 0.1;
    await expect(evaluateCaseFile(await caseFile(golden))).rejects.toThrow(
      "Each matrix of `covariances` is symmetric.",
    );
  });
});
