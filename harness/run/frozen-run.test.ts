import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";
import { freezeRun } from "./freeze-run.ts";
import { checkFrozen, refuseFrozen } from "./frozen-run.ts";
import { writeResults } from "./results-file.ts";
import { holdRunFolder } from "./run-folder.ts";

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const run = join(root, "run");
const ODD_NAME = "Zoë's \\notes\nhere.txt";
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(async () => {
  rmSync(run, { recursive: true, force: true });
  mkdirSync(join(run, "feedback"), { recursive: true });
  await writeResults(madeUpRun([madeUpAttempt("ada", "softmax", "accepted")]), run);
  writeFileSync(join(run, "marks.csv"), "candidate,total\nada,10\n");
  writeFileSync(join(run, "feedback", "ada.html"), "<p>");
  writeFileSync(join(run, ODD_NAME), "");
});

const frozen = () => expect.objectContaining({ message: expect.stringContaining("frozen.") });

it("lists every file as sha256sum does, and leaves no lock", async () => {
  const { files, checksum } = await freezeRun(run);
  expect(files).toBe(4);
  expect(readdirSync(run)).not.toContain("run.lock");
  expect(await checkFrozen(run)).toEqual({ files, checksum, changed: [], deleted: [], added: [] });
});

it.runIf(process.platform === "linux")("can be checked with sha256sum", async () => {
  const { checksum } = await freezeRun(run);
  const shell = (command: string) => execFileSync("sh", ["-c", command], { cwd: run, stdio: "pipe" }).toString();
  const check = () => shell("sha256sum --strict -c SHA256SUMS");
  expect(check().match(/: OK$/gm)).toHaveLength(4);
  expect(shell("sha256sum SHA256SUMS")).toBe(`${checksum}  SHA256SUMS\n`);
  appendFileSync(join(run, "marks.csv"), "eve,99\n");
  expect(check).toThrow("1 computed checksum did NOT match");
});

it("names what has changed since", async () => {
  const { checksum } = await freezeRun(run);
  appendFileSync(join(run, "marks.csv"), "eve,99\n");
  writeFileSync(join(run, ODD_NAME), "!");
  rmSync(join(run, "feedback", "ada.html"));
  mkdirSync(join(run, "new"));
  writeFileSync(join(run, "new", "eve.html"), "");
  expect(await checkFrozen(run)).toEqual({
    ...{
      files: 4,
      checksum,
      changed: [ODD_NAME, "marks.csv"],
      deleted: ["feedback/ada.html"],
      added: ["new/eve.html"],
    },
  });
});

it("refuses everything that would write to the run, also through a link or below it, until the list is deleted", async () => {
  await freezeRun(run);
  const link = join(root, "link");
  symlinkSync(run, link);
  for (const isResumed of [true, false]) await expect(holdRunFolder(run, isResumed)).rejects.toEqual(frozen());
  for (const path of [link, join(link, "new", "deep")]) await expect(refuseFrozen(path)).rejects.toEqual(frozen());
  await expect(freezeRun(run)).rejects.toThrow(`${run} is frozen.`);
  await refuseFrozen(root);
  rmSync(join(run, "SHA256SUMS"));
  await refuseFrozen(join(run, "feedback"));
  await (await holdRunFolder(run, true)).release();
});

it("does not take another list of checksums for that of a run", async () => {
  writeFileSync(join(run, "SHA256SUMS"), `${"0".repeat(64)}  disk.iso\n`);
  await refuseFrozen(run);
});

it("refuses a run that is in use, has links, or is not frozen, and a damaged list", async () => {
  await expect(checkFrozen(run)).rejects.toThrow(`${run} is not frozen.`);
  const held = await holdRunFolder(run, true);
  await expect(freezeRun(run)).rejects.toThrow("is in use");
  await held.release();
  symlinkSync("marks.csv", join(run, "latest.csv"));
  await expect(freezeRun(run)).rejects.toThrow("latest.csv is not a regular file");
  expect(readdirSync(run)).not.toContain("SHA256SUMS");
  rmSync(join(run, "latest.csv"));
  await freezeRun(run);
  writeFileSync(join(run, "SHA256SUMS"), readFileSync(join(run, "SHA256SUMS"), "utf8").slice(0, -70));
  await expect(checkFrozen(run)).rejects.toThrow("Line 4 of");
});
