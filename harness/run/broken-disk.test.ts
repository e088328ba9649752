import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { RunLog, readLog } from "./attempt-log.ts";
import { holdRunFolder } from "./run-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const cohort = join(folder, "cohort");
beforeAll(() => {
  mkdirSync(join(cohort, "alice"), { recursive: true });
  writeFileSync(join(cohort, "alice", "softmax.ts"), "no module");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const grade = (...args: string[]) =>
  spawnSync(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), "grade", cohort, ...args], {
    encoding: "utf8",
  });

const attempt = (candidate: string, log = "") => madeUpAttempt(candidate, "softmax", "missing", { log });

it("keeps the log when the disk is full, and continues once there is space", async () => {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  if (!mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", disk)) return expectFullDisk();
  try {
    const log = await RunLog.open(disk);
    await log.add(attempt("alice"));
    await expect(log.add(attempt("bob", "x".repeat(100_000)))).rejects.toMatchObject({
      message: `The disk is full: ${join(disk, "attempts.jsonl")} cannot be written.`,
      hint: "Free some space, then continue with --resume: no graded submission is lost.",
    });
    await log.add(attempt("carol"));
    await log.close();
    expect((await readLog(disk)).map(({ candidate }) => candidate)).toEqual(["alice", "carol"]);
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});

/** For systems without mount rights: a limit of one block on file sizes. */
function expectFullDisk(): void {
  const command = [process.execPath, join(packageRoot(), "bin", "kernelmark.js"), "grade", cohort];
  const script = 'ulimit -f 1; exec "$@"';
  const run = join(folder, "full");
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", ...command, "--out", run], { encoding: "utf8" });
  expect(stderr).toContain(`The disk is full: ${join(run, "results.json")} cannot be written.`);
  expect(stderr).toContain("Free some space, then repeat the command; resume a run with --resume.");
  expect(status).toBe(2);
}

it("reports a full disk for any file", expectFullDisk);

it("reports a folder that cannot be written", async () => {
  const disk = join(folder, "read-only");
  mkdirSync(disk);
  const isMounted = mount("--bind", disk, disk) && mount("-o", "remount,ro,bind", disk);
  // Not even root can create a file there.
  const path = isMounted ? disk : "/proc/sys";
  try {
    await expect(holdRunFolder(path, false)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^Nothing can be written to ${path} \\(E[A-Z]+\\)\\.$`)),
      hint: "Fix its permissions, or choose another --out.",
    });
  } finally {
    if (isMounted) execFileSync("umount", ["-l", disk]);
  }
});

it("names the damaged line of a log, and grades that submission again once it is deleted", async () => {
  const run = join(folder, "run");
  expect(grade("--out", run).status).toBe(0);
  const path = join(run, "attempts.jsonl");
  const [whole] = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, `${whole!.slice(0, 40)}\n${whole}\n`);
  const damaged = grade("--resume", run);
  expect(damaged.status).toBe(2);
  expect(damaged.stderr).toContain(`Line 1 of ${path} is damaged: it is not an attempt.`);
  expect(damaged.stderr).toContain("delete that line: --resume then grades its submission again");
  writeFileSync(path, "");
  expect(grade("--resume", run).status).toBe(0);
  expect(await readLog(run)).toMatchObject([{ candidate: "alice", verdict: "compile-error" }]);
});

function mount(...args: string[]): boolean {
  return process.platform === "linux" && spawnSync("mount", args).status === 0;
}
