import { afterEach, expect, test } from "vitest";
import { TestTree } from "../testing/test-tree.ts";
import { openDownload } from "./download.ts";
import { prepareFiles } from "./prepare-files.ts";

const TASKS = ["softmax", "attention"];
const USES = (kernel: string) => `import code from "${kernel}";`;

let tree: TestTree;
afterEach(() => tree.delete());

async function prepared(
  files: Readonly<Record<string, string | Uint8Array>>,
  minutes: Readonly<Record<string, number>> = {},
) {
  const same = Object.fromEntries(Object.keys(files).map((path) => [path, 0]));
  tree = new TestTree().write(files).date({ ...same, ...minutes });
  const { root } = await openDownload(tree.folder);
  const result = await prepareFiles(root, TASKS);
  const contents: Record<string, string> = {};
  for (const [path, file] of result.files) contents[path] = Buffer.from(await file.read()).toString();
  return { ...result, contents };
}

test("files that need nothing are taken as they are, without a note", async () => {
  const files = { "softmax.ts": USES("./softmax.wgsl"), "softmax.wgsl": "k", "README.md": "r", "tiles-1.wgsl": "t" };
  const { contents, notes } = await prepared(files);
  expect(contents).toEqual(files);
  expect(notes).toEqual([]);
});

test("the date decides between copies, if it differs", async () => {
  const { contents, notes } = await prepared(
    { "softmax.ts": "edited later", "softmax (1).ts": "copy" },
    { "softmax.ts": 5 },
  );
  expect(contents).toEqual({ "softmax.ts": "edited later" });
  expect(notes).toEqual([
    "`softmax.ts` is taken as `softmax.ts`, the newest of 2 by date; not copied: `softmax (1).ts`.",
  ]);
});

test("the name decides between copies of the same time", async () => {
  const { contents, notes } = await prepared({ "softmax.ts": "a", "softmax (1).ts": "b", "softmax (2).ts": "c" });
  expect(contents).toEqual({ "softmax.ts": "c" });
  expect(notes[0]).toContain("the newest of 3 by name");
});

test("a numbered file that a module imports is not a copy of it", async () => {
  const files = { "softmax.ts": 'import "./softmax-2.ts";', "softmax-2.ts": "helper" };
  const { contents, notes } = await prepared(files, { "softmax-2.ts": 9 });
  expect(contents).toEqual(files);
  expect(notes).toEqual([]);
});

test("numbered kernels that are imported by these names stay", async () => {
  const files = {
    "softmax.ts": `${USES("./softmax-1.wgsl")}\n${USES("./softmax-2.wgsl")}`,
    "softmax-1.wgsl": "1",
    "softmax-2.wgsl": "2",
  };
  expect((await prepared(files)).contents).toEqual(files);
});

test("a kernel is not a copy of another that is imported too", async () => {
  const files = {
    "softmax.ts": `${USES("./softmax.wgsl")}\n${USES("./softmax-2.wgsl")}`,
    "softmax.wgsl": "1",
    "softmax-2.wgsl": "2",
  };
  expect((await prepared(files, { "softmax-2.wgsl": 5 })).contents).toEqual(files);
});

test("a kernel gets the name by which it is imported, through support files too", async () => {
  const { contents, notes } = await prepared({
    "softmax.ts": 'import "./Lib.ts";',
    "lib.ts": USES("./Kernel.wgsl"),
    "kernel (1).wgsl": "k",
  });
  expect(Object.keys(contents).sort()).toEqual(["Kernel.wgsl", "Lib.ts", "softmax.ts"]);
  expect(notes).toContain("`kernel (1).wgsl` is taken as `Kernel.wgsl`.");
});

test("the copy of a kernel goes with the copy of its module", async () => {
  const { contents } = await prepared(
    { "softmax (1).ts": USES("./softmax.wgsl"), "softmax.wgsl": "old", "softmax (1).wgsl": "new", "softmax.ts": "" },
    { "softmax (1).ts": 3, "softmax.wgsl": 8 },
  );
  expect(contents).toEqual({ "softmax.ts": USES("./softmax.wgsl"), "softmax.wgsl": "new" });
});

test("imports of a kernel whose folder a platform lost work again", async () => {
  const { contents } = await prepared({ "softmax.ts": USES("./kernels/softmax.wgsl"), "softmax.wgsl": "k" });
  expect(Object.keys(contents).sort()).toEqual(["kernels/softmax.wgsl", "softmax.ts"]);
});

test("modules are lifted out of folders, other files stay where they are", async () => {
  const { contents, notes } = await prepared({
    "README.md": "r",
    "src/softmax.ts": USES("./lib/k.wgsl"),
    "src/lib/k.wgsl": "k",
    "attention/attention.ts": "a",
  });
  expect(Object.keys(contents).sort()).toEqual(["README.md", "attention.ts", "lib/k.wgsl", "softmax.ts"]);
  expect(notes).toEqual(["Taken from `attention`, `src`."]);
});

test("compiled JavaScript beside TypeScript is not a second module", async () => {
  const { contents } = await prepared({ "src/softmax.ts": "ts", "dist/softmax.js": "js" });
  expect(contents).toEqual({ "softmax.ts": "ts", "dist/softmax.js": "js" });
});

test("a module at the top counts, and one in a folder is named", async () => {
  const { notes, question } = await prepared({ "softmax.ts": "a", "old/softmax.ts": "b" });
  expect(question).toBeUndefined();
  expect(notes).toEqual(["Another softmax is in `old` and is not graded."]);
});

test("modules for one task in two folders are a question", async () => {
  const { question } = await prepared({ "a/softmax.ts": "a", "b/softmax.ts": "b" });
  expect(question).toBe("Modules for softmax are in `a`, `b`: which one counts?");
});

test("files of one name from two folders are a question", async () => {
  const { question } = await prepared({ "a/softmax.ts": "a", "a/k.wgsl": "a", "b/attention.ts": "b", "b/k.wgsl": "b" });
  expect(question).toMatch(/^`k\.wgsl` is in more than one of `a`, `b`/);
});

test("an import that leads out of the modules' folder is named", async () => {
  const { notes } = await prepared({ "src/softmax.ts": 'import "../lib/a.ts";', "lib/a.ts": "", "lib/b.ts": "" });
  expect(notes).toContain("`softmax.ts` imports `../lib/a.ts`, which is outside the folder of its modules.");
});

test("a damaged zip is named, and the rest is taken", async () => {
  const { contents, notes } = await prepared({ "softmax.ts": "", "hw.zip": "PK damaged" });
  expect(contents).toEqual({ "softmax.ts": "" });
  expect(notes[0]).toMatch(/^Not copied: `hw\.zip`\. It is not a zip, or is damaged/);
});

test("a hand-in of which nothing is left is a question", async () => {
  const { question } = await prepared({ "report.pdf": "", "hw.zip": "PK damaged" });
  expect(question).toBe("Nothing of it can be graded.");
});

test.runIf(process.platform === "linux")("names that no other system keeps are named", async () => {
  const { contents, notes } = await prepared({ "softmax.ts ": "a", "bell\u0007.ts": "b", "aux.wgsl": "c" });
  expect(contents).toEqual({ "softmax.ts": "a" });
  expect(notes.join()).toContain("`bell\\u{7}.ts`. Its name contains control characters.");
  expect(notes.join()).toContain("`aux.wgsl`. Its name is reserved on Windows");
});
