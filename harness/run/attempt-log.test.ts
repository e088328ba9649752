import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { RunLog, readLog } from "./attempt-log.ts";
import { holdRunFolder } from "./run-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const attempt = (candidate: string) =>
  madeUpAttempt(candidate, "softmax", "missing", { message: "a line\nand another" });

it("keeps one attempt per line, in order, also under concurrent writes", async () => {
  const log = await RunLog.open(folder);
  await Promise.all(["a", "b", "c"].map((candidate) => log.add(attempt(candidate))));
  await log.close();
  expect((await readFile(join(folder, "attempts.jsonl"), "utf8")).split("\n")).toHaveLength(4);
  expect((await readLog(folder)).map(({ candidate }) => candidate)).toEqual(["a", "b", "c"]);
});

it("truncates a torn last line, and continues after the complete ones", async () => {
  const log = await RunLog.open(folder);
  await log.add(attempt("a"));
  await log.close();
  await appendFile(join(folder, "attempts.jsonl"), '{"schema":1,"candidate":"tö');
  expect(await readLog(folder)).toHaveLength(1);
  const again = await RunLog.open(folder);
  await again.add(attempt("b"));
  await again.close();
  expect((await readLog(folder)).map(({ candidate }) => candidate)).toEqual(["a", "b"]);
});

it("gives a folder to one run at a time, and names the owner", async () => {
  const held = await holdRunFolder(folder, false);
  await expect(holdRunFolder(folder, true)).rejects.toThrow(
    `${folder} is in use by another run (process ${process.pid}).`,
  );
  await held.release();
  await (await holdRunFolder(folder, false)).release();
});

it("does not overwrite an existing run unless it is resumed", async () => {
  const log = await RunLog.open(folder);
  await log.close();
  await expect(holdRunFolder(folder, false)).rejects.toThrow("already contains a run");
  await (await holdRunFolder(folder, true)).release();
});
