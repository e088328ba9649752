import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestTree } from "../testing/test-tree.ts";
import { UserError } from "../text/user-error.ts";
import { planCollection } from "./collect.ts";
import type { CollectedEntry } from "./collected-file.ts";
import { checkTarget, copyCandidates } from "./copy.ts";
import { openDownload } from "./download.ts";

let source: TestTree;
let target: TestTree;
beforeEach(() => {
  source = new TestTree().write({ "ada/softmax.ts": "ada", "ada/lib/a.wgsl": "a", "bob/softmax.ts": "bob", "cy/": "" });
  target = new TestTree();
});
afterEach(() => {
  source.delete();
  target.delete();
});

async function collect(isReplacing = false, mapping: readonly Partial<CollectedEntry>[] = []) {
  const { root } = await openDownload(source.folder);
  const { copies } = await planCollection(root, {
    taskNames: ["softmax"],
    roster: [],
    mapping: mapping as CollectedEntry[],
  });
  return copyCandidates(copies, target.folder, isReplacing);
}

const read = (path: string) => readFileSync(join(target.folder, path), "utf8");

test("copies each candidate once, with folders and times", async () => {
  source.date({ "ada/softmax.ts": 5 });
  expect(await collect()).toMatchObject({ copied: ["ada", "bob", "cy"], unchanged: [], replaced: [], converted: [] });
  expect(readdirSync(target.folder).sort()).toEqual(["ada", "bob", "cy"]);
  expect(read("ada/lib/a.wgsl")).toBe("a");
  expect(statSync(join(target.folder, "ada/softmax.ts")).mtimeMs).toBe(1_700_000_300_000);
  const before = statSync(join(target.folder, "ada")).ino;
  expect(await collect()).toMatchObject({ copied: [], unchanged: ["ada", "bob", "cy"] });
  expect(statSync(join(target.folder, "ada")).ino).toBe(before);
});

test("replaces nothing without a word, and copies nothing then", async () => {
  await collect();
  writeFileSync(join(target.folder, "bob/softmax.ts"), "corrected by hand");
  source.write({ "dan/softmax.ts": "dan", "ada/softmax.ts": "ada, again" });
  const error = await collect().catch((thrown: unknown) => thrown as UserError);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    message: `\`ada\`, \`bob\` have other files in \`${target.folder}\` than in the download. Nothing was copied.`,
    hint: "Replace the folders with --replace, or choose another folder with --into.",
  });
  expect(read("bob/softmax.ts")).toBe("corrected by hand");
  expect(readdirSync(target.folder).sort()).toEqual(["ada", "bob", "cy"]);
});

test("replaces folders as a whole if told to", async () => {
  await collect();
  rmSync(join(source.folder, "ada/lib"), { recursive: true });
  source.write({ "ada/softmax.ts": "new" });
  expect(await collect(true)).toMatchObject({ copied: [], replaced: ["ada"], unchanged: ["bob", "cy"] });
  expect(readdirSync(join(target.folder, "ada"))).toEqual(["softmax.ts"]);
  expect(read("ada/softmax.ts")).toBe("new");
});

test("a folder that a mapping renames is moved, not copied twice", async () => {
  await collect();
  target.write({ "collected.csv": "", "own/softmax.ts": "mine" });
  const outcome = await collect(false, [
    { candidate: "lovelace", from: "ada", status: "collected", received: "", late: "" },
  ]);
  expect(outcome).toMatchObject({ copied: ["lovelace"], moved: [{ from: "ada", to: "lovelace" }], others: ["own"] });
  expect(readdirSync(target.folder).sort()).toEqual(["bob", "collected.csv", "cy", "lovelace", "own"]);
});

test("an equal folder that no mapping made stays", async () => {
  target.write({ "solution/softmax.ts": "bob" });
  expect(await collect()).toMatchObject({ moved: [], others: ["solution"] });
  expect(read("solution/softmax.ts")).toBe("bob");
});

test("sources in other encodings become UTF-8, other files stay as they are", async () => {
  const utf16 = Buffer.from("\ufeffconst ä = 1;", "utf16le");
  source.write({ "ada/softmax.ts": utf16, "ada/data.bin": utf16, "bob/softmax.ts": Buffer.from("// für", "latin1") });
  const { converted } = await collect();
  expect(converted).toEqual([
    { path: "ada/softmax.ts", encoding: "UTF-16" },
    { path: "bob/softmax.ts", encoding: "Latin-1" },
  ]);
  expect(read("bob/softmax.ts")).toBe("// für");
  expect(read("ada/softmax.ts")).toBe("const ä = 1;");
  expect(readFileSync(join(target.folder, "ada/data.bin"))).toEqual(utf16);
  expect(await collect()).toMatchObject({ unchanged: ["ada", "bob", "cy"] });
});

test("what a killed process left is removed", async () => {
  mkdirSync(join(target.folder, ".collecting-999999999/new-0"), { recursive: true });
  await collect();
  expect(readdirSync(target.folder).sort()).toEqual(["ada", "bob", "cy"]);
});

test("a target that is a file is refused", async () => {
  const file = join(source.folder, "bob/softmax.ts");
  await expect(checkTarget(target.folder, file)).rejects.toThrow("is not a folder.");
});

test("a target in the download is refused", async () => {
  const inside = join(source.folder, "out");
  await expect(checkTarget(source.folder, inside)).rejects.toThrow("is in the download");
  await expect(checkTarget(source.folder, source.folder)).rejects.toThrow("is in the download");
  await checkTarget(source.folder, target.folder);
  await checkTarget(source.folder, `${source.folder}-out`);
});
