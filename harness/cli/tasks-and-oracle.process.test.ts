import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { kernelmark } from "../testing/run-command.ts";

const GOLDEN = join(packageRoot(), "reference", "golden");

describe("tasks", () => {
  test("lists them, for people and for programs", async () => {
    const [text, json] = await Promise.all([kernelmark("tasks"), kernelmark("tasks", "--json")]);
    expect(text.stdout).toMatch(/^ {4}2 {2}softmax +20, 22 {2}sums of rows, without overflow$/m);
    expect(text.stdout).not.toContain("\u001b");
    for (const line of text.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const softmax = { name: "softmax", family: "softmax", track: "attention and inference", level: 2, solved: false };
    expect(JSON.parse(json.stdout).tasks).toContainEqual(expect.objectContaining(softmax));
  });

  test("explains one", async () => {
    const { code, stdout } = await kernelmark("tasks", "softmax");
    expect(code).toBe(0);
    expect(stdout).toContain("    m[r]   = max over c of x[r,c]\n");
    expect(stdout).toContain("  x[rows, cols] f32: logits\n");
    expect(stdout).toContain("  tiny: rows=1 cols=1; rows=2 cols=3\n");
    expect(stdout).toContain("  medium  rows=1024 cols=1024\n");
    expect(stdout).not.toContain("no-max-subtraction");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("explains one to a program", async () => {
    const { task } = JSON.parse((await kernelmark("tasks", "softmax", "--json")).stdout);
    expect(task).toMatchObject({ name: "softmax", inputs: [{ name: "x", type: "f32", dims: ["rows", "cols"] }] });
    expect(task.measures[1]).toMatchObject({ name: "medium", scratchLimitBytes: 4_194_304 });
  });
});

describe("oracle", () => {
  test("prints the outputs as JSON", async () => {
    const file = join(GOLDEN, "softmax-0.json");
    const { code, stdout, stderr } = await kernelmark("oracle", "--case", file);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const { outputs: golden } = JSON.parse(await readFile(file, "utf8"));
    const { outputs } = JSON.parse(stdout);
    expect(outputs.y).toHaveLength(golden.y.length);
    for (const [index, value] of golden.y.entries()) expect(outputs.y[index]).toBeCloseTo(value, 12);
  });

  test("prints a named case of a task, which its file's reader takes again, and shows numbers", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "case.json");
    const named = ["--task", "softmax", "--case", "rows=2 cols=3, plain", "--seed", "a"];
    const { stdout } = await kernelmark("oracle", ...named);
    expect(JSON.parse(stdout)).toMatchObject({ task: "softmax", shape: { rows: 2, cols: 3 }, params: {} });
    await writeFile(file, stdout);
    expect((await kernelmark("oracle", "--case", file)).stdout).toBe(stdout);
    const numbers = await kernelmark("oracle", "--case", file, "--numbers");
    expect(numbers.stdout).toMatch(/^ {2}x\[0\] .*\n {2}x\[1\] .*\n {2}y\[0\] expected .*\n {2}y\[1\] expected .*\n$/);
    expect((await kernelmark("oracle", ...named, "--numbers")).stdout).toBe(numbers.stdout);
  });

  test("reports an invalid file, as text and as JSON", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "case.json");
    await writeFile(file, '{"task": "sofmax", "shape": {}, "inputs": {}}');
    const message = `${file}: \`task\`: there is no task "sofmax". Did you mean "softmax"?`;
    const [text, json] = await Promise.all([
      kernelmark("oracle", "--case", file),
      kernelmark("oracle", "--case", file, "--json"),
    ]);
    expect(text).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(`Error: ${message}`) });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout).error.message).toBe(message);
  });
});
