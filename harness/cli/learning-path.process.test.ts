import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTask } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
/** Tasks of two tracks whose cases are judged fast. */
const SOLVED = ["elastic-net-prox", "leaky-relu"];

beforeAll(async () => {
  for (const task of SOLVED) {
    const { starter, onePass } = await loadTask(task);
    mkdirSync(join(folder, task));
    writeFileSync(join(folder, task, `${task}.ts`), starter.module);
    writeFileSync(join(folder, task, "starter.wgsl"), onePass.plain!.code);
  }
  writeFileSync(join(folder, "rope.js"), "export default () => 7;");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command with this folder as the user's home. */
function kernelmark(home: string, ...args: string[]): Promise<Outcome> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  // SwiftShader stays where it is.
  const XDG_CACHE_HOME = inherited.XDG_CACHE_HOME || join(inherited.HOME ?? "", ".cache");
  const env = { ...inherited, HOME: home, XDG_STATE_HOME: "", XDG_CACHE_HOME, COLUMNS: "" };
  const command = [join(packageRoot(), "bin", "kernelmark.js"), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env, cwd: folder }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const module = (task: string) => join(task, `${task}.ts`);

describe.runIf(process.platform === "linux")("what a user has solved", () => {
  it("is remembered by two checks at once, shown, and left out by `init --next`", async () => {
    const home = join(folder, "home");
    mkdirSync(home);
    const [wrong, ...right] = await Promise.all([
      kernelmark(home, "check", "rope.js"),
      ...SOLVED.map((task) => kernelmark(home, "check", module(task))),
    ]);
    expect(wrong.status).toBe(1);
    for (const { status, stderr } of right) expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(join(home, ".local", "state", "kernelmark", "solved")).sort()).toEqual(SOLVED);

    const { tasks } = JSON.parse((await kernelmark(home, "tasks", "--json")).stdout);
    const solved = (tasks as { name: string; solved: boolean; solvedAt: string }[]).filter((task) => task.solved);
    expect(solved.map(({ name }) => name).sort()).toEqual(SOLVED);
    for (const { solvedAt } of solved) expect(Date.parse(solvedAt)).not.toBeNaN();

    const next = await kernelmark(home, "init", "--next", "first steps");
    expect(next.stdout).toMatch(
      /^The next task is mse-loss \(level 1\), the first of "first steps" that you have\nnot/,
    );
    expect(next.stdout).toContain("\nFirst steps, level 1. Teaches a reduction to one number.\n");
  });

  it("includes hints, which are shown one at a time, in turn", async () => {
    const home = join(folder, "home-of-hints");
    mkdirSync(home);
    const shown = async (...options: string[]) =>
      JSON.parse((await kernelmark(home, "hint", "softmax", "--json", ...options)).stdout).hints.map(
        ({ number }: { number: number }) => number,
      );
    expect(await shown()).toEqual([1]);
    expect(await shown()).toEqual([2]);
    expect(await shown("--all")).toEqual([1, 2, 3, 4]);
    expect(await shown()).toEqual([4]);
    expect(await shown("--again")).toEqual([1]);
    expect((await kernelmark(home, "hint", "softmax")).stdout).toMatch(/^2 of 4: [\s\S]*\n\n2 more: run this again/);
    const { stdout } = await kernelmark(home, "tasks", "softmax");
    expect(stdout).toContain("4 hints, one at a time: npx kernelmark hint softmax");
    expect(stdout).not.toContain("online softmax");
  });

  it("is not remembered if nothing can be written to the home, and everything else works", async () => {
    const { status, stdout, stderr } = await kernelmark("/proc/1", "check", module("leaky-relu"), "--json");
    expect(JSON.parse(stdout).verdict).toBe("accepted");
    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^Warning: `tasks` will not show leaky-relu as solved\. \S+ cannot be written \(E\w+\)\.\n$/,
    );
    expect((await kernelmark("/proc/1", "tasks")).stdout).toContain(" tasks, 0 solved.");
  });
});

it.each([
  [["softmax", "--next", "losses"], "`init` takes a task or --next, but not both.\nQuote a longer name: "],
  [[], "`init` needs a task, or --next.\n`kernelmark tasks` lists the tasks.\n"],
])("`init` refuses %j", async (args, message) => {
  const { status, stderr } = await kernelmark(folder, "init", ...args);
  expect(stderr).toContain(`Error: ${message}`);
  expect(status).toBe(2);
});
