import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { TestRepository } from "../testing/test-repository.ts";

const example = (name: string, file: string) => readFileSync(join(packageRoot(), "submissions", name, file), "utf8");

const repository = new TestRepository({ "README.md": "" });
const scratch = mkdtempSync(join(tmpdir(), "kernelmark-ci-"));
afterAll(() => {
  repository.delete();
  rmSync(scratch, { recursive: true });
});

/** A branch that submits one of the examples. */
function handIn(name: string): void {
  repository.branch(name);
  repository.write({
    "submissions/alice/softmax.ts": example(name, "softmax.ts"),
    "submissions/alice/softmax.wgsl": example(name, "softmax.wgsl"),
  });
  repository.commit();
}

/** Starts `kernelmark ci`; resolves with its exit code. */
function start(out: string): { readonly child: ChildProcess; readonly ended: Promise<number | null> } {
  const { GITHUB_ACTIONS: _, GITHUB_STEP_SUMMARY: __, ...env } = process.env;
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  const child = spawn(process.execPath, [launcher, "ci", "--base", "main", "--out", out], {
    cwd: repository.folder,
    env,
    stdio: "ignore",
  });
  return { child, ended: new Promise((resolve) => child.on("exit", resolve)) };
}

/** The child processes of a process that run kernels. */
function workersOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isChild = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ")[1] === String(parent);
        return isChild && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("worker-main");
      } catch {
        return false;
      }
    });
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

test.runIf(process.platform === "linux").each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("stopped by %s, it ends with %i, and nothing is judged", async (signal, code) => {
  handIn("time-limit");
  const out = join(scratch, signal);
  const { child, ended } = start(out);
  await expect.poll(() => workersOf(child.pid!).length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
  child.kill(signal);
  expect(await ended).toBe(code);
  expect(JSON.parse(readFileSync(join(out, "results.json"), "utf8"))).toMatchObject({ state: "stopped", attempts: [] });
});

test.runIf(process.platform === "linux")("exits with 3 if every worker is killed from outside", async () => {
  handIn("plain");
  const out = join(scratch, "killed");
  const { child, ended } = start(out);
  const killer = setInterval(() => {
    for (const pid of workersOf(child.pid!)) killIfThere(pid);
  }, 5);
  const code = await ended;
  clearInterval(killer);
  expect(code).toBe(3);
  expect(existsSync(join(out, "junit.xml"))).toBe(true);
  const { attempts } = JSON.parse(readFileSync(join(out, "results.json"), "utf8"));
  expect(attempts).toMatchObject([{ candidate: "alice", verdict: "harness-error" }]);
});
