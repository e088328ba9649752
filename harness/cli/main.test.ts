import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const GOLDEN = join(packageRoot(), "reference", "golden");

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command, built if necessary. */
function kernelmark(...args: string[]): Promise<Outcome> {
  // Node warns if both colour variables are set, and a CI service may set either.
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  // Other tests solve tasks.
  const env = { ...inherited, COLUMNS: "", XDG_STATE_HOME: "/nonexistent" };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(packageRoot(), "bin", "kernelmark.js"), ...args],
      { env, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe("the command line", () => {
  test("prints help on request", async () => {
    const { code, stdout, stderr } = await kernelmark("--help");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const command of ["grade", "check", "tasks", "oracle", "doctor"])
      expect(stdout).toContain(`kernelmark ${command}`);
    expect(stdout).toContain("Exit codes: 0 success, 1 a submission was not accepted");
  });

  test("prints help as an error without a command", async () => {
    const { code, stdout, stderr } = await kernelmark();
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: kernelmark <command>");
  });

  test("has examples for each command", async () => {
    const { code, stdout } = await kernelmark("oracle", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("kernelmark oracle --case softmax.json");
  });

  test.each([
    [["chek"], 'There is no command "chek". Did you mean "check"?'],
    [["tasks", "sofmax"], 'There is no task "sofmax". Did you mean "softmax"?'],
    [["tasks", "--jsn"], '`tasks` has no option "--jsn". Did you mean "--json"?'],
    [["tasks", "softmax", "extra"], '`tasks` does not accept "extra".'],
    [["oracle"], "`oracle` needs --case."],
    [["grade", "submissions", "--locale", "german"], 'There is no locale "german".'],
    [["grade", "submissions", "--against", "none"], "The folder none of --against cannot be read (ENOENT)."],
  ])("refuses %j", async (args, message) => {
    const { code, stdout, stderr } = await kernelmark(...args);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test.each([
    [["chek", "--json"], 'There is no command "chek". Did you mean "check"?'],
    [["--json"], "No command was given."],
  ])("reports the error of %j as JSON", async (args, message) => {
    const { code, stdout, stderr } = await kernelmark(...args);
    expect(JSON.parse(stdout)).toEqual({ schema: 1, error: { message, hint: expect.any(String) } });
    expect(stderr).toBe("");
    expect(code).toBe(2);
  });
});

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
