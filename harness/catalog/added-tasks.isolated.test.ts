import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addTaskFolder, loadTask, taskFolder, taskNames } from "./load.ts";
import { modelTasks, writeTask } from "./write-task.ts";

const TASK = "my-rms-norm";
let root: string;
let module: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kernelmark-tasks-"));
  writeTask(TASK, "rms-norm", root);
  module = join(root, TASK, "task.ts");
});

afterEach(() => rmSync(root, { recursive: true }));

function edit(file: string, from: string | RegExp, to: string): void {
  const path = join(root, TASK, file);
  const text = readFileSync(path, "utf8");
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

function lineOf(text: string): number {
  return (
    readFileSync(module, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

const add = (folder = root) => addTaskFolder(folder, "--tasks");
const load = async () => {
  await add();
  return loadTask(TASK);
};

describe("a folder of tasks outside the repository", () => {
  it("adds its tasks to the built-in ones", async () => {
    expect((await load()).spec.name).toBe(TASK);
    expect(taskNames()).toEqual([...taskNames()].sort());
    expect(taskNames()).toEqual(expect.arrayContaining([TASK, "softmax"]));
    expect(taskFolder(TASK)).toBe(join(root, TASK));
  });

  it("may be a task's own folder, or contain families", async () => {
    await add(join(root, TASK));
    expect(taskNames()).toContain(TASK);
    mkdirSync(join(root, "family"));
    writeTask("my-relu", "leaky-relu", join(root, "family"));
    await add();
    expect(taskNames()).toEqual(expect.arrayContaining([TASK, "my-relu"]));
  });

  it("can start from every task with one definition", async () => {
    for (const model of modelTasks()) if (model !== "rms-norm") writeTask(`my-${model}`, model, root);
    await add();
    for (const model of modelTasks()) expect((await loadTask(`my-${model}`)).spec.name).toBe(`my-${model}`);
  });
});

describe("an error names file, place and fix", () => {
  it("for no folder, and for a folder without tasks", async () => {
    await expect(add(join(root, "nowhere"))).rejects.toThrow(`--tasks: there is no folder ${join(root, "nowhere")}.`);
    mkdirSync(join(root, "empty"));
    await expect(add(join(root, "empty"))).rejects.toMatchObject({
      message: `--tasks: ${join(root, "empty")} contains no task.`,
      hint: "A task is a folder with a task.ts: `kernelmark new-task <name>` writes one.",
    });
  });

  it("for a name that a built-in task or another one has", async () => {
    writeTask("softmax", "rms-norm", join(root, TASK));
    await expect(add(join(root, TASK, "softmax"))).rejects.toMatchObject({
      message: `${join(root, TASK, "softmax", "task.ts")}: Kernelmark has a task "softmax" already.`,
      hint: "Rename the folder and the task's `name`.",
    });
    writeTask(TASK, "rms-norm", join(root, "other"));
    await expect(add()).rejects.toThrow(/^Two tasks are named "my-rms-norm": /);
  });

  it("for a module that is not TypeScript", async () => {
    edit("task.ts", "export default composeTask({", "export default composeTask({ {");
    const line = lineOf("export default");
    await expect(add()).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`task\\.ts:${line}:\\d+: Expected identifier but found "{"$`)),
      hint: 'Fix the module of the task "my-rms-norm".',
    });
  });

  it("for a kernel that is missing", async () => {
    rmSync(join(root, TASK, "plain.wgsl"));
    await expect(add()).rejects.toThrow(
      `${module}:${lineOf('"./plain.wgsl"')}:19: there is no file ${join(root, TASK, "plain.wgsl")}`,
    );
  });

  it("for an export that is not a task, and for another name than the folder's", async () => {
    writeFileSync(module, "export const task = 1;\n");
    await expect(load()).rejects.toMatchObject({
      message: `${module} exports no task.`,
      hint: "Start it with: export default composeTask({ … })",
    });
    rmSync(join(root, TASK), { recursive: true });
    writeTask(TASK, "rms-norm", root);
    edit("task.ts", `name: "${TASK}"`, 'name: "norm"');
    await expect(load()).rejects.toThrow(`${module}: the task is named "norm", its folder "my-rms-norm".`);
  });

  it.each([
    ['[[" + EPSILON)", ")"]]', 'the text " + EPSILON)" is not in the kernel.'],
    ['[["COLS", "ROWS"]]', 'the text "COLS" is in the kernel 5 times.'],
  ])("for the mistake edit %s", async (edits, said) => {
    edit("task.ts", '[[" + EPS)", ")"]]', edits);
    await expect(load()).rejects.toMatchObject({
      message: `${module}:${lineOf('name: "no-epsilon"')}: plain.wgsl of my-rms-norm, mistake "no-epsilon": ${said}`,
      hint: "Edit a text that occurs exactly once.",
    });
  });

  it("for a reference that throws", async () => {
    edit("task.ts", "y: mul(", "y: (undefined as any).mul(");
    await expect(load()).rejects.toThrow(`${module}:${lineOf("(undefined as any)")}:`);
  });

  it("for a starter that is not marked", async () => {
    edit("plain.wgsl", "  // not in the starter\n", "");
    await expect(load()).rejects.toMatchObject({
      message: `${module}:${lineOf("composeTask({")}:16: plain.wgsl of my-rms-norm marks no region that is not in the starter.`,
      hint: expect.stringContaining("`// instead: <statement>`"),
    });
  });
});
