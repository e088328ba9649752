import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnTaskFolder } from "../testing/own-task.ts";

const TASK = "my-rms-norm";
const own = new OwnTaskFolder();

beforeAll(() => {
  expect(own.run(["new-task", TASK])).toMatchObject({ status: 0, stderr: "" });
  expect(own.run(["init", TASK, "--name", "ada", "--tasks", "tasks"])).toMatchObject({ status: 0, stderr: "" });
});

afterAll(() => own.delete());

describe("a task in a folder outside the repository", () => {
  it("is explained", () => {
    expect(own.run(["tasks", TASK, "--tasks", "tasks"]).stdout).toContain("RMS normalisation");
  });

  it("has a starter with types for editors, which is not yet correct", () => {
    const types = readFileSync(join(own.path, "submissions/ada/kernelmark.d.ts"), "utf8");
    expect(types).toContain(`readonly "${TASK}": {`);
    const { status, stdout } = own.run(["check", `submissions/ada/${TASK}.ts`, "--tasks", "tasks"]);
    expect(status).toBe(1);
    expect(stdout).toContain(`${TASK}: wrong-answer`);
  });

  it("is measured", () => {
    const quick = ["--shape", "rows=64,cols=16", "--budget", "100ms", "--json"];
    const { stdout, stderr } = own.run(["bench", TASK, "--tasks", "tasks", ...quick]);
    expect(JSON.parse(stdout), stderr).toMatchObject({ state: "measured" });
  });
});

describe("verify", () => {
  it("names the failing line, and the fix", () => {
    expect(own.run(["new-task", "overflowing"]).status).toBe(0);
    const module = join(own.path, "tasks/overflowing/task.ts");
    writeFileSync(module, readFileSync(module, "utf8").replace("range: [-1000, 1000]", "range: [-3e38, 3e38]"));
    const { status, stdout } = own.run(["verify", "tasks/overflowing", "--quick"]);
    expect(status).toBe(1);
    expect(stdout).toContain("✗ reference finite on every case");
    expect(stdout).toMatch(/- tasks\/overflowing\/task\.ts:\d+: check shape/);
    expect(stdout).toContain("→ Narrow the declared range");
  });

  it("needs a task that exists", () => {
    expect(own.run(["verify"])).toMatchObject({ status: 2, stderr: expect.stringContaining("needs a task") });
    // Each of several names is read.
    expect(own.run(["verify", "nothing", "softmax"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no task "nothing"'),
    });
    expect(own.run(["verify", "nothing"])).toMatchObject({ status: 2, stderr: expect.stringContaining("no task") });
  });
});

describe("a command without --tasks", () => {
  it("does not know the task", () => {
    expect(own.run(["tasks", TASK])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`There is no task "${TASK}".`),
    });
  });
});
