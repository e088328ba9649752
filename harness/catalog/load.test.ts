import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findTaskFolders, lackingParts, loadTask, loadTasks, taskFolder, taskNames } from "./load.ts";

/** A folder `kernels/` with empty files. */
function kernels(...paths: string[]): string {
  const root = mkdtempSync(join(tmpdir(), "kernelmark-kernels-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const path of paths) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  return root;
}

describe("tasks", () => {
  it("are the folders under kernels, by name", async () => {
    expect(taskNames()).toContain("softmax");
    expect(taskNames()).toEqual([...taskNames()].sort());
  });

  it("are loaded by name", async () => {
    expect((await loadTask("softmax")).spec).toMatchObject({ name: "softmax", family: "softmax" });
  });

  it("are suggested for a name with a typo", async () => {
    await expect(loadTask("sofmtax")).rejects.toMatchObject({
      name: "UserError",
      message: 'There is no task "sofmtax". Did you mean "softmax"?',
      hint: expect.stringMatching(/^The tasks are: .*softmax/),
    });
  });

  it("are listed for a name that resembles none", async () => {
    await expect(loadTask("fast-fourier-transform")).rejects.toMatchObject({
      message: 'There is no task "fast-fourier-transform".',
      hint: expect.stringMatching(/^The tasks are: .*softmax/),
    });
  });
});

describe("every task", () => {
  it.each(taskNames())("is whole: %s", async (name) => {
    expect(lackingParts(taskFolder(name))).toEqual([]);
    expect((await loadTask(name)).spec.name).toBe(name);
  });

  it("is loaded with the others, in the order of the names", async () => {
    expect((await loadTasks()).map((task) => task.spec.name)).toEqual(taskNames());
  });
});

describe("a task's folder", () => {
  it("lacks the files that do not exist", () => {
    const root = kernels("sort/sort/task.ts", "sort/sort/notes.md");
    expect(lackingParts(join(root, "sort", "sort"))).toEqual(["plain.wgsl"]);
  });

  it("counts if its folder has a file", () => {
    const root = kernels("sort/sort/task.ts", "wgsl.d.ts");
    mkdirSync(join(root, "sort", "empty"));
    expect([...findTaskFolders(root)]).toEqual([["sort", join(root, "sort", "sort")]]);
  });

  it("has a unique name", () => {
    const root = kernels("sort/merge/task.ts", "table/merge/task.ts");
    expect(() => findTaskFolders(root)).toThrow(/^Two tasks are named "merge": .*merge and .*merge\.$/);
  });
});
