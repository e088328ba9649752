import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnTaskFolder } from "../testing/own-task.ts";
import { TestRepository } from "../testing/test-repository.ts";

const TASK = "my-rms-norm";
const own = new OwnTaskFolder();

beforeAll(() => {
  expect(own.run(["new-task", TASK])).toMatchObject({ status: 0, stderr: "" });
  expect(own.run(["init", TASK, "--name", "ada", "--tasks", "tasks"])).toMatchObject({ status: 0, stderr: "" });
});

afterAll(() => own.delete());

describe("a task in a folder outside the repository", () => {
  it("is graded by an assignment, and reported", () => {
    mkdirSync(join(own.path, "submissions/bea"));
    cpSync(join(own.path, "submissions/ada", `${TASK}.ts`), join(own.path, "submissions/bea", `${TASK}.ts`));
    cpSync(join(own.path, "tasks", TASK, "plain.wgsl"), join(own.path, "submissions/bea", `${TASK}.wgsl`));
    writeFileSync(join(own.path, "week.yaml"), `taskFolder: tasks\ntasks:\n  ${TASK}: { points: 7 }\n`);
    const { status, stdout, stderr } = own.run(["grade", "--assignment", "week.yaml", "--out", "run"]);
    expect(status, stdout + stderr).toBe(0);
    const marks = () => readFileSync(join(own.path, "run/marks.csv"), "utf8");
    expect(marks()).toMatch(/^bea,.*7/m);
    expect(own.run(["report", "run", "--tasks", "tasks"])).toMatchObject({ status: 0, stderr: "" });
    const resumed = own.run(["grade", "--resume", "run"]);
    expect(resumed.stderr).toContain("As in run: the submissions in submissions, week.yaml.");
    expect(resumed.status).toBe(0);
    expect(marks()).toMatch(/^bea,.*7/m);
  });
});

describe("ci", () => {
  const repository = new TestRepository({});
  afterAll(() => repository.delete());

  it("takes tasks from the base branch, whatever the work tree has", () => {
    cpSync(join(own.path, "tasks"), join(repository.folder, "tasks"), { recursive: true });
    repository.commit();
    repository.branch("bea");
    mkdirSync(join(repository.folder, "submissions/bea"), { recursive: true });
    for (const end of ["ts", "wgsl"]) {
      cpSync(
        join(own.path, `submissions/ada/${TASK}.${end}`),
        join(repository.folder, `submissions/bea/${TASK}.${end}`),
      );
    }
    repository.commit();
    writeFileSync(join(repository.folder, "tasks", TASK, "task.ts"), "const = 1;");
    const args = ["ci", "--base", "main", "--tasks", "tasks", "--out", join(own.path, "ci")];
    const { status, stdout, stderr } = own.run(args, repository.folder);
    expect(stdout + stderr).toContain("wrong-answer");
    expect(status).toBe(1);
  });
});
