import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { writeVsCodeTasks } from "./vscode-tasks.ts";

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  onTestFinished(() => rmSync(workspace, { recursive: true, force: true }));
});

const LABELS = ["kernelmark: check", "kernelmark: check --watch", "kernelmark: bench"];

function tasksFile(text?: string): string {
  const path = join(workspace, ".vscode", "tasks.json");
  if (text !== undefined) {
    mkdirSync(join(workspace, ".vscode"));
    writeFileSync(path, text);
  }
  return path;
}

const labelsOf = (text: string) => parse(text).tasks.map(({ label }: { label: string }) => label);

it("writes tasks that check and measure the module of the open file", async () => {
  const path = tasksFile();
  expect(await writeVsCodeTasks(workspace, "my tasks")).toEqual({ path, added: LABELS, kept: [] });
  const { version, tasks } = JSON.parse(readFileSync(path, "utf8"));
  expect(version).toBe("2.0.0");
  expect(tasks[0]).toMatchObject({
    command: "npx",
    args: [
      "kernelmark",
      "check",
      { value: expect.stringMatching(/^\$\{fileDirname\}\/\$\{fileBasenameNoExtension\}\.ts$/), quoting: "strong" },
      "--tasks",
      { value: "my tasks" },
    ],
  });
  expect(tasks[1]).toMatchObject({ isBackground: true });
});

it("adds to a file that is there, and keeps its comments, its indentation and its own tasks", async () => {
  const own = `{
\t// Ours.
\t"version": "2.0.0",
\t"tasks": [
\t\t{ "label": "build", "command": "make" }, // not ${"`npm`"}
\t\t{ "label": "kernelmark: bench", "command": "our own" },
\t],
}
`;
  const path = tasksFile(own);
  const written = await writeVsCodeTasks(workspace, undefined);
  expect(written).toEqual({ path, added: LABELS.slice(0, 2), kept: [LABELS[2]] });
  const text = readFileSync(path, "utf8");
  expect(text).toContain("\t// Ours.\n");
  expect(text).toContain('{ "label": "build", "command": "make" }, // not `npm`');
  expect(text).toContain('{ "label": "kernelmark: bench", "command": "our own" }');
  expect(labelsOf(text)).toEqual(["build", "kernelmark: bench", ...LABELS.slice(0, 2)]);
  expect(text).toMatch(/\n\t\t\t"label": "kernelmark: check",\n/);
  expect((await writeVsCodeTasks(workspace, undefined)).added).toEqual([]);
  expect(readFileSync(path, "utf8")).toBe(text);
});

it.each(["", "{}\r\n", '{ "tasks": [] }', "// nothing yet\n{ }"])("fills %j", async (text) => {
  const path = tasksFile(text);
  await writeVsCodeTasks(workspace, undefined);
  expect(labelsOf(readFileSync(path, "utf8"))).toEqual(LABELS);
});

it.each([
  ['{ "tasks": [', /is not valid JSON with comments \(line 1: .*\), and was not changed\.$/],
  ["[]", /holds no object, and was not changed\.$/],
  ['{ "tasks": {} }', /has `tasks` that are no list, and was not changed\.$/],
])("refuses %s, and leaves it as it is", async (text, message) => {
  const path = tasksFile(text);
  await expect(writeVsCodeTasks(workspace, undefined)).rejects.toThrow(message);
  expect(readFileSync(path, "utf8")).toBe(text);
});
