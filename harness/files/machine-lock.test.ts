import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { aloneOnMachine } from "./machine-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lock = (name: string) => join(folder, name);

it("admits one after the other, and tells those that wait who holds the lock", async () => {
  const path = lock("turns");
  const events: string[] = [];
  let leave = () => {};
  const first = aloneOnMachine(
    () =>
      new Promise<void>((resolve) => {
        leave = resolve;
        events.push("first");
      }),
    () => {},
    undefined,
    path,
  );
  while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = aloneOnMachine(
    async () => events.push("second"),
    (owner) => {
      events.push(`waits for ${owner === process.pid ? "us" : owner}`);
      leave();
    },
    undefined,
    path,
  );
  await Promise.all([first, second]);
  expect(events).toEqual(["first", "waits for us", "second"]);
  expect(existsSync(path)).toBe(false);
});

it("takes over from a process that died", async () => {
  const path = lock("dead");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(path, String(pid));
  expect(
    await aloneOnMachine(
      async () => "in",
      () => {},
      undefined,
      path,
    ),
  ).toBe("in");
});

it("is free again after a failure", async () => {
  const path = lock("failure");
  const failing = aloneOnMachine(
    async () => Promise.reject(new Error("no")),
    () => {},
    undefined,
    path,
  );
  await expect(failing).rejects.toThrow("no");
  expect(existsSync(path)).toBe(false);
});

it("stops waiting when its signal aborts", async () => {
  const path = lock("stopped");
  writeFileSync(path, String(process.pid));
  const stop = new AbortController();
  const waiting = aloneOnMachine(
    async () => "in",
    () => stop.abort(),
    stop.signal,
    path,
  );
  expect(await waiting).toBeUndefined();
  expect(existsSync(path)).toBe(true);
});
