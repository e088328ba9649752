import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

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
  it("is explained", () => {
    expect(kernelmark(["tasks", TASK, "--tasks", "tasks"]).stdout).toContain("RMS normalisation");
  });

  it("has a starter with types for editors, which is not right", () => {
    const types = readFileSync(join(root, "submissions/ada/kernelmark.d.ts"), "utf8");
    expect(types).toContain(`readonly "${TASK}": {`);
    const { status, stdout } = kernelmark(["check", `submissions/ada/${TASK}.ts`, "--tasks", "tasks"]);
    expect(status).toBe(1);
    expect(stdout).toContain(`${TASK}: wrong-answer`);
  });

  it("is measured", () => {
    const quick = ["--shape", "rows=64,cols=16", "--budget", "100ms", "--json"];
    const { stdout, stderr } = kernelmark(["bench", TASK, "--tasks", "tasks", ...quick]);
    expect(JSON.parse(stdout), stderr).toMatchObject({ state: "measured" });
  });
});

describe("what has no such task", () => {
  it("says so", () => {
    expect(kernelmark(["tasks", TASK])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`There is no task "${TASK}".`),
    });
  });
});
