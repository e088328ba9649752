import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { releaseLock, takeLock } from "./lock-file.ts";
import { ownIdentity } from "./process-identity.ts";

// As exFAT and some network drives, which have no hard links.
vi.mock(import("node:fs/promises"), async (original) => {
  const link = async (_: unknown, path: unknown) => {
    throw Object.assign(new Error(`ENOTSUP: ${path}`), { code: "ENOTSUP" });
  };
  return { ...(await original()), link };
});

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("holds a lock, and takes over a dead process's, on a file system without hard links", async () => {
  const lock = join(folder, "a.lock");
  expect(await takeLock(lock)).toBeUndefined();
  expect(await takeLock(lock)).toEqual(ownIdentity());
  await releaseLock(lock);
  writeFileSync(lock, "no number");
  expect(await takeLock(lock)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(["a.lock"]);
});
