import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

describe("verify", () => {
  it("says which line of which file fails, and what to do", () => {
    expect(kernelmark(["new-task", "overflowing"]).status).toBe(0);
    const module = join(root, "tasks/overflowing/task.ts");
    writeFileSync(module, readFileSync(module, "utf8").replace("range: [-1000, 1000]", "range: [-3e38, 3e38]"));
    const { status, stdout } = kernelmark(["verify", "tasks/overflowing", "--quick"]);
    expect(status).toBe(1);
    expect(stdout).toContain("✗ reference finite on every case");
    expect(stdout).toMatch(/- tasks\/overflowing\/task\.ts:\d+: check shape/);
    expect(stdout).toContain("→ Narrow the declared range");
  });

  it("needs a task that exists", () => {
    expect(kernelmark(["verify"])).toMatchObject({ status: 2, stderr: expect.stringContaining("needs a task") });
    expect(kernelmark(["verify", "nothing"])).toMatchObject({ status: 2, stderr: expect.stringContaining("no task") });
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
