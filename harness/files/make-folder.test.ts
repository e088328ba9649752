import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(root, { recursive: true }));

const codeOf = (path: string) =>
  makeFolder(path).then(
    () => "made",
    (error: NodeJS.ErrnoException) => error.code,
  );

it("creates the missing folders of a path with the given mode, also concurrently", async () => {
  const deep = join(root, "a", "b", "c");
  await Promise.all([1, 2, 3].map(() => makeFolder(deep, 0o700)));
  // Windows has other permissions.
  if (process.platform !== "win32") expect(statSync(deep).mode & 0o777).toBe(0o700);
  await makeFolder(deep);
});

it("fails on a file or a dangling link", async () => {
  writeFileSync(join(root, "file"), "");
  symlinkSync(join(root, "nowhere"), join(root, "link"));
  expect(await codeOf(join(root, "file"))).toBe("ENOTDIR");
  expect(await codeOf(join(root, "file", "below"))).toBe("ENOTDIR");
  expect(await codeOf(join(root, "link"))).toBe("EEXIST");
});

it.runIf(process.platform === "linux")(
  "ends on a file system that takes no folders, and reports that none exists",
  async () => {
    expect(await codeOf("/proc/x")).toBe("ENOENT");
    expect(await codeOf("/proc/1/x/y")).toMatch(/^(ENOENT|EACCES)$/);
  },
);
