import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const script = join(packageRoot(), "bin", "kernelmark.js");
const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const RUN = join(folder, "run");
const module = join(folder, "submissions", "ada", "softmax.js");
beforeAll(() => {
  mkdirSync(join(module, ".."), { recursive: true });
  writeFileSync(module, "export default () => 7;");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  // Without a usable home, SwiftShader is unpacked here.
  rmSync(join(tmpdir(), `kernelmark-${process.getuid?.() ?? "cache"}`), { recursive: true, force: true });
});

/** Commands with the arguments they need to start work; the others need a run or a repository. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  check: ["check", module],
  grade: ["grade", join(folder, "submissions"), "--out", RUN],
  bench: ["bench", module, "--budget", "10ms"],
  doctor: ["doctor"],
  tasks: ["tasks"],
  init: ["init", "softmax", "--dir", join(folder, "submissions"), "--force"],
};

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Shell command before the exec of the command. */
  readonly before?: string;
}

function run(args: readonly string[], { env = {}, before = "" }: Surroundings) {
  const line = `${before}\nexec "$@"`;
  const { status, stderr } = spawnSync("sh", ["-c", line, "sh", process.execPath, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", ...env },
    timeout: 100_000,
  });
  return { status, stderr };
}

describe.runIf(process.platform === "linux")("names the problem, and the fix", () => {
  it.each(["check", "grade", "bench", "doctor"])("`%s` without a folder for temporary files", (name) => {
    const args = COMMANDS[name]!.map((arg) => (arg === RUN ? join(folder, "not begun") : arg));
    const { status, stderr } = run(args, { env: { TMPDIR: "/nonexistent" } });
    expect(stderr).toContain(
      "Error: Nothing can be written to /nonexistent, the folder for temporary files (ENOENT).\nCreate it, or set TMPDIR to a folder that you can write to.\n",
    );
    expect(status).toBe(2);
  });

  it.each(["check", "tasks"])("`%s` with few descriptors", (name) => {
    for (const limit of [20, 40, 64]) {
      expect(run(COMMANDS[name]!, { before: `ulimit -n ${limit}` })).toEqual({
        status: 2,
        stderr: `Error: Kernelmark needs 128 open files, but this shell allows ${limit}.\nRaise the limit: ulimit -n 1024\n`,
      });
    }
  });

  it.each([
    ...["check", "grade", "doctor", "tasks", "init"].map((name) => COMMANDS[name]!.join(" ")),
    "tasks --json",
    `check ${module} --json`,
    "tasks --help",
  ])("`%s` if standard output is full", (line) => {
    const args = line.split(" ");
    const { status, stderr } = run(args, { before: "exec > /dev/full" });
    expect(stderr).toContain(
      "Error: The disk is full: standard output cannot be written.\nFree some space, then repeat the command.\n",
    );
    expect(stderr).not.toContain("internal error");
    expect(status).toBe(2);
  });

  it.each([
    ["check", 1],
    ["tasks", 0],
  ] as const)("`%s` works on if standard error is full", (name, status) => {
    expect(run(COMMANDS[name]!, { before: "exec 2> /dev/full" })).toEqual({ status, stderr: "" });
  });

  it("`grade` and `init` if no folder can be created", () => {
    expect(run(["grade", join(folder, "submissions"), "--out", "/proc/x"], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Error: The folder /proc/x cannot be made (ENOENT).\nChoose another with --out."),
    });
    expect(run(["init", "softmax", "--dir", "/proc/x"], {})).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Error: The folder `/proc/x/me` cannot be created (ENOENT)."),
    });
  });

  it("works without a home", () => {
    const args = ["grade", join(folder, "submissions"), "--out", join(folder, "homeless")];
    expect(run(args, { env: { HOME: "/proc/1", XDG_CACHE_HOME: "" } }).status).toBe(0);
  });
});

it("ends quietly if its reader ends", async () => {
  const child = spawn(process.execPath, [script, "tasks", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
