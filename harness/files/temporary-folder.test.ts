import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeTemporaryFolder, removeAbandonedFolders } from "./temporary-folder.ts";

it("deletes the folders of processes that are gone, and nothing else", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const abandoned = join(tmpdir(), `kernelmark-of-${pid}-a1b2c3`);
  const others = join(tmpdir(), `kernelmark-of-${pid}-not ours`);
  const own = makeTemporaryFolder();
  for (const folder of [abandoned, others]) mkdirSync(join(folder, "deep"), { recursive: true });
  removeAbandonedFolders();
  expect([abandoned, others, own].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  for (const folder of [others, own]) rmSync(folder, { recursive: true });
});
