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

it("keeps what was logged when the disk is full, and goes on once there is room", async () => {
  const disk = join(folder, "disk");
  mkdirSync(disk);
  if (!mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", disk)) return expectFullDisk();
  try {
    const log = await RunLog.open(disk);
    await log.add(attempt("alice"));
    await expect(log.add(attempt("bob", "x".repeat(100_000)))).rejects.toMatchObject({
      message: `The disk is full: ${join(disk, "attempts.jsonl")} cannot be written.`,
      hint: "Make room, then go on with --resume: nothing that was graded is lost.",
    });
    await log.add(attempt("carol"));
    await log.close();
    expect((await readLog(disk)).map(({ candidate }) => candidate)).toEqual(["alice", "carol"]);
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});

/** Without a disk of our own: a system that lets no file grow beyond a block. */
function expectFullDisk(): void {
  const command = [process.execPath, join(packageRoot(), "bin", "kernelmark.js"), "grade", cohort];
  const script = 'ulimit -f 1; exec "$@"';
  const run = join(folder, "full");
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", ...command, "--out", run], { encoding: "utf8" });
  expect(stderr).toContain(`The disk is full: ${join(run, "results.json")} cannot be written.`);
  expect(stderr).toContain("Make room, then repeat the command; a run goes on with --resume.");
  expect(status).toBe(2);
}

it("says that the disk is full, whatever it writes", expectFullDisk);

it("says so where nothing can be written", async () => {
  const disk = join(folder, "read-only");
  mkdirSync(disk);
  const isMounted = mount("--bind", disk, disk) && mount("-o", "remount,ro,bind", disk);
  // Nobody, not even root, can make a file there.
  const path = isMounted ? disk : "/proc/sys";
  try {
    await expect(holdRunFolder(path, false)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^Nothing can be written to ${path} \\(E[A-Z]+\\)\\.$`)),
      hint: "Mend its permissions, or choose another --out.",
    });
  } finally {
    if (isMounted) execFileSync("umount", ["-l", disk]);
  }
});

it("tells which line of a log is damaged, and grades that submission again once it is deleted", async () => {
  const run = join(folder, "run");
  expect(grade("--out", run).status).toBe(0);
  const path = join(run, "attempts.jsonl");
  const [whole] = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, `${whole!.slice(0, 40)}\n${whole}\n`);
  const damaged = grade("--resume", run);
  expect(damaged.status).toBe(2);
  expect(damaged.stderr).toContain(`Line 1 of ${path} is damaged: it holds no attempt.`);
  expect(damaged.stderr).toContain("delete that line, and --resume grades its submission again");
  writeFileSync(path, "");
  expect(grade("--resume", run).status).toBe(0);
  expect(await readLog(run)).toMatchObject([{ candidate: "alice", verdict: "compile-error" }]);
});

function mount(...args: string[]): boolean {
  return process.platform === "linux" && spawnSync("mount", args).status === 0;
}
