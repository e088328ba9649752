import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnTaskFolder } from "../testing/own-task.ts";

const TASK = "my-rms-norm";
const own = new OwnTaskFolder();
const inTask = (file: string) => join(own.path, "tasks", TASK, file);

beforeAll(() => {
  expect(own.run(["new-task", TASK])).toMatchObject({ status: 0, stderr: "" });
  expect(own.run(["init", TASK, "--name", "ada", "--tasks", "tasks"])).toMatchObject({ status: 0, stderr: "" });
});

afterAll(() => own.delete());

/** Runs a command on the task with a text of one of its files replaced. */
function runWith(file: string, from: string, to: string, args: readonly string[]) {
  const source = readFileSync(inTask(file), "utf8");
  expect(source).toContain(from);
  writeFileSync(inTask(file), source.replace(from, to));
  try {
    return own.run([...args, "--tasks", "tasks"]);
  } finally {
    writeFileSync(inTask(file), source);
  }
}

describe("a fault in a task outside the repository", () => {
  it("ends grade with the kernel's line, and gives no submission a verdict", () => {
    // Its own fault must not get a verdict either.
    mkdirSync(join(own.path, "submissions/bea"));
    writeFileSync(join(own.path, "submissions/bea", `${TASK}.ts`), "const = 1;");
    const { status, stderr } = runWith("plain.wgsl", "id.x;", "id.q;", ["grade", "--out", "run"]);
    expect(stderr).toMatch(/Error: tasks\/my-rms-norm\/plain\.wgsl:13: the plain kernel of .* does not compile: /);
    expect(stderr).toContain("Correct the kernel. `kernelmark verify tasks/my-rms-norm` lists every such case.");
    expect(status).toBe(2);
    const log = join(own.path, "run/attempts.jsonl");
    expect(existsSync(log) ? readFileSync(log, "utf8") : "").toBe("");
  });

  it("ends check with the reference's line", () => {
    const check = ["check", `submissions/ada/${TASK}.ts`];
    const { status, stdout, stderr } = runWith("task.ts", "range: [-4, 4]", "range: [-3e38, 3e38]", check);
    expect(stderr).toMatch(/Error: tasks\/my-rms-norm\/task\.ts:46: the reference of .* not finite on .*, ends\./);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it("ends oracle with the reference's line", () => {
    const inputs = { x: [0, 0], gamma: [1, 1] };
    writeFileSync(
      join(own.path, "case.json"),
      JSON.stringify({ task: TASK, shape: { rows: 1, cols: 2 }, params: { eps: 0.5 }, inputs }),
    );
    const oracle = ["oracle", "--case", "case.json"];
    const { status, stderr } = runWith("task.ts", "rsqrt(add(", "rsqrt(mul(-1, ", oracle);
    expect(stderr).toContain("tasks/my-rms-norm/task.ts:46: the reference of my-rms-norm gives NaN for y");
    expect(status).toBe(2);
  });

  it("ends bench with the tuned kernel's file", () => {
    cpSync(inTask("plain.wgsl"), join(own.path, "submissions/ada", `${TASK}.wgsl`));
    const quick = ["--against", "tuned", "--shape", "rows=64,cols=16", "--budget", "100ms"];
    const bench = ["bench", `submissions/ada/${TASK}.ts`, ...quick];
    const { status, stderr } = runWith("tuned-software.wgsl", "* gamma_four", "* 1.5 * gamma_four", bench);
    expect(stderr).toContain("Error: tasks/my-rms-norm/tuned-software.wgsl: the tuned kernel of my-rms-norm fails: ");
    expect(status).toBe(2);
  });
});
