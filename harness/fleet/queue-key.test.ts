import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readOrMakeQueueKey, readQueueKey } from "./queue-key.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes a key that only this user can read, and keeps it", async () => {
  const file = join(folder, "new.key");
  const made = await readOrMakeQueueKey(file);
  expect(made.isNew).toBe(true);
  expect(readFileSync(file, "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await readOrMakeQueueKey(file);
  expect(again.isNew).toBe(false);
  expect(again.key.fingerprint()).toBe(made.key.fingerprint());
  expect((await readOrMakeQueueKey(join(folder, "other.key"))).key.fingerprint()).not.toBe(made.key.fingerprint());
});

it("refuses a file that is missing, or too short to be a key", async () => {
  const missing = join(folder, "missing.key");
  await expect(readQueueKey(missing)).rejects.toThrow(`There is no file ${missing}.`);
  const short = join(folder, "short.key");
  writeFileSync(short, "password\n");
  await expect(readOrMakeQueueKey(short)).rejects.toThrow(
    `The key in ${short} has 8 characters, but needs at least 32.`,
  );
  await expect(readOrMakeQueueKey(join(folder, "no", "such.key"))).rejects.toThrow("cannot be written (ENOENT)");
});
