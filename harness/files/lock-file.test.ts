import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { releaseLock, takeLock } from "./lock-file.ts";
import { isGone, ownIdentity } from "./process-identity.ts";

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  lock = join(folder, "a.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("is held by one owner at a time, and leaves nothing behind", async () => {
  expect(await takeLock(lock)).toBeUndefined();
  expect(await takeLock(lock)).toEqual(ownIdentity());
  await releaseLock(lock);
  expect(await takeLock(lock)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(["a.lock"]);
});

it("takes over a lock from a process that is gone, or one without an owner", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  for (const text of [String(pid), JSON.stringify({ pid }), "", "{", "no number"]) {
    writeFileSync(lock, text);
    expect(await takeLock(lock)).toBeUndefined();
    await releaseLock(lock);
  }
});

it.runIf(process.platform === "linux")("takes over from a process that has ended but was not reaped", async () => {
  // The shell turns into another program before its child ends, and that never reaps it.
  const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [printed] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(printed);
    const isZombie = () => / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    while (!isZombie()) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isGone({ pid })).toBe(true);
    writeFileSync(lock, JSON.stringify({ pid }));
    expect(await takeLock(lock)).toBeUndefined();
  } finally {
    parent.kill("SIGKILL");
  }
});

it("distinguishes the owner from a later process with the same number", () => {
  const own = ownIdentity();
  expect(isGone(own)).toBe(false);
  // Without a start time from the system, only the number counts.
  expect(isGone({ ...own, startedAt: 1 })).toBe(own.startedAt !== undefined);
});

it("never considers processes on other machines gone", () => {
  expect(isGone({ pid: 2 ** 22 + 1, host: `not-${hostname()}` })).toBe(false);
  expect(isGone({ pid: 2 ** 22 + 1, host: hostname() })).toBe(true);
});
