import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { TestRepository } from "../testing/test-repository.ts";

const TASK = "my-rms-norm";
let root: string;

function kernelmark(args: readonly string[], cwd = root) {
  const { GITHUB_ACTIONS: _, FORCE_COLOR: __, ...env } = process.env;
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], { cwd, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "kernelmark-own-"));
  expect(kernelmark(["new-task", TASK])).toMatchObject({ status: 0, stderr: "" });
  expect(kernelmark(["init", TASK, "--name", "ada", "--tasks", "tasks"])).toMatchObject({ status: 0, stderr: "" });
});

afterAll(() => rmSync(root, { recursive: true }));

describe("a task in a folder outside the repository", () => {
  it("is graded by an assignment, and reported", () => {
    mkdirSync(join(root, "submissions/bea"));
    cpSync(join(root, "submissions/ada", `${TASK}.ts`), join(root, "submissions/bea", `${TASK}.ts`));
    cpSync(join(root, "tasks", TASK, "plain.wgsl"), join(root, "submissions/bea", `${TASK}.wgsl`));
    writeFileSync(join(root, "week.yaml"), `taskFolder: tasks\ntasks:\n  ${TASK}: { points: 7 }\n`);
    const { status, stdout, stderr } = kernelmark(["grade", "--assignment", "week.yaml", "--out", "run"]);
    expect(status, stdout + stderr).toBe(0);
    const marks = () => readFileSync(join(root, "run/marks.csv"), "utf8");
    expect(marks()).toMatch(/^bea,.*7/m);
    expect(kernelmark(["report", "run", "--tasks", "tasks"])).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("ci", () => {
  const repository = new TestRepository({});
  afterAll(() => repository.delete());

  it("takes tasks from the base branch, whatever the work tree has", () => {
    cpSync(join(root, "tasks"), join(repository.folder, "tasks"), { recursive: true });
    repository.commit();
    repository.branch("bea");
    mkdirSync(join(repository.folder, "submissions/bea"), { recursive: true });
    for (const end of ["ts", "wgsl"]) {
      cpSync(join(root, `submissions/ada/${TASK}.${end}`), join(repository.folder, `submissions/bea/${TASK}.${end}`));
    }
    repository.commit();
    writeFileSync(join(repository.folder, "tasks", TASK, "task.ts"), "const = 1;");
    const args = ["ci", "--base", "main", "--tasks", "tasks", "--out", join(root, "ci")];
    const { status, stdout, stderr } = kernelmark(args, repository.folder);
    expect(stdout + stderr).toContain("wrong-answer");
    expect(status).toBe(1);
  });
});
