import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { openSourceFolder } from "./source-folder.ts";

// A file system that finds names in any case, as those of macOS and Windows do.
vi.mock(import("node:fs"), async (original) => {
  const fs = await original();
  const anyCase = (path: string) => fs.lstatSync(join(dirname(path), basename(path).toLowerCase()));
  return { ...fs, lstatSync: anyCase as typeof fs.lstatSync };
});

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const { platform } = process;
afterEach(() => Object.defineProperty(process, "platform", { value: platform }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["darwin", "win32"])("takes only the file's own spelling on %s, as the machine that grades does", (name) => {
  Object.defineProperty(process, "platform", { value: name });
  writeFileSync(join(folder, "softmax.wgsl"), "fn main() {}");
  const opened = openSourceFolder(folder);
  expect(opened.read("softmax.wgsl")).toMatchObject({ ok: true });
  const read = opened.read("Softmax.wgsl");
  expect(read).toMatchObject({ ok: false, missing: true });
  expect(!read.ok && read.reason()).toBe(
    "There is no file `Softmax.wgsl` in your folder. Did you mean `softmax.wgsl`?",
  );
});
