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

it("makes what is missing of a path, for whom it says, also when several do so at once", async () => {
  const deep = join(root, "a", "b", "c");
  await Promise.all([1, 2, 3].map(() => makeFolder(deep, 0o700)));
  expect(statSync(deep).mode & 0o777).toBe(0o700);
  await makeFolder(deep);
});

it("fails where there is something else, or a link that leads nowhere", async () => {
  writeFileSync(join(root, "file"), "");
  symlinkSync(join(root, "nowhere"), join(root, "link"));
  expect(await codeOf(join(root, "file"))).toBe("ENOTDIR");
  expect(await codeOf(join(root, "file", "below"))).toBe("ENOTDIR");
  expect(await codeOf(join(root, "link"))).toBe("EEXIST");
});

it.runIf(process.platform === "linux")(
  "ends where a file system takes no folders, and says that none is there",
  async () => {
    expect(await codeOf("/proc/x")).toBe("ENOENT");
    expect(await codeOf("/proc/1/x/y")).toMatch(/^(ENOENT|EACCES)$/);
  },
);
