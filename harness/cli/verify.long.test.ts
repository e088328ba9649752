import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { OwnTaskFolder } from "../testing/own-task.ts";

const own = new OwnTaskFolder();

afterAll(() => own.delete());

/** Writes a task, and replaces a text in one of its files. */
function changed(name: string, file: string, from: string, to: string): void {
  expect(own.run(["new-task", name]).status).toBe(0);
  const path = join(own.path, "tasks", name, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe("verify", () => {
  it("passes what new-task writes, by name and by folder", () => {
    expect(own.run(["new-task", "fresh"]).status).toBe(0);
    const { status, stdout, stderr } = own.run(["verify", "tasks/fresh", "--quick", "--json"]);
    expect(status, stdout + stderr).toBe(0);
    const { passed, tasks } = JSON.parse(stdout);
    expect(passed).toBe(true);
    expect(tasks[0].checks).toHaveLength(14);
  });

  it.each([
    [
      "wrong-tuned",
      "tuned.wgsl",
      "/ f32(COLS) + EPS",
      "/ f32(COLS) + 2 * EPS",
      /tuned\.wgsl: the kernel is refused on/,
    ],
    [
      "wrong-plain",
      "plain.wgsl",
      "x[start + c] * scale",
      "1.5 * x[start + c] * scale",
      /plain\.wgsl: the plain kernel of .* is wrong/,
    ],
    [
      "uncaught",
      "task.ts",
      '[[" + EPS)", ")"]]',
      '[[" + EPS)", " + 1.0 * EPS)"]]',
      /task\.ts:\d+: mistake "no-epsilon": no case/,
    ],
    [
      "endless-mistake",
      "task.ts",
      '[[" + EPS)", ")"]]',
      '[["let scale =", "loop { y[start] += 1.0; if (y[start] < -1.0) { break; } } let scale ="]]',
      /task\.ts:\d+: .* the run of mistake "no-epsilon" of rows=1 .* did not finish within/,
    ],
    [
      "right-starter",
      "plain.wgsl",
      "  // not in the starter\n",
      "  // not in the starter\n  // instead: \n",
      /the starter is already correct/,
    ],
  ])("refuses %s", (name, file, from, to, problem) => {
    changed(name, file, from, to);
    const { status, stdout, stderr } = own.run(["verify", `tasks/${name}`, "--quick"]);
    expect(stdout.replace(/\s+/g, " "), stderr).toMatch(problem);
    expect(status).toBe(1);
  });
});
