import { spawnSync } from "node:child_process";
import { afterEach, expect, it, vi } from "vitest";
import { isGone, ownIdentity } from "./process-identity.ts";

const { platform } = process;
const seeAs = (name: string) => Object.defineProperty(process, "platform", { value: name });
afterEach(() => seeAs(platform));

it.each(["darwin", "win32"])("distinguishes processes with the same number by their start on %s", (name) => {
  seeAs(name);
  const own = ownIdentity();
  expect(Math.abs(own.startedAt! - (Date.now() - 1000 * process.uptime()))).toBeLessThan(60_000);
  const startedAt = (ms: number | undefined) => vi.fn(() => ms);
  expect(isGone({ ...own, startedAt: own.startedAt! - 3_600_000 }, startedAt(own.startedAt))).toBe(true);
  // Unknown: the number counts.
  expect(isGone({ ...own, startedAt: 1 }, startedAt(undefined))).toBe(false);
  expect(isGone({ pid: process.pid }, startedAt(1))).toBe(false);

  // Asked once for the owner of a lock, since the answer takes a program's start.
  const ask = startedAt(own.startedAt! + 20);
  const owner = { ...own, startedAt: own.startedAt! + (name === "darwin" ? 1 : 2) };
  expect([isGone(owner, ask), isGone(owner, ask)]).toEqual([false, false]);
  expect(ask).toHaveBeenCalledTimes(1);

  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  expect(isGone({ pid, startedAt: own.startedAt }, startedAt(own.startedAt))).toBe(true);
});
