import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../text/user-error.ts";
import { lookAlikes } from "./look-alikes.ts";
import { readCohort, readSingle } from "./read.ts";

const TASKS = ["softmax", "attention", "gmm-e-step"];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cohort-"));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...paths: string[]) {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), "export default 1;");
  }
}

test("modules named after tasks are submissions, sorted by candidate and task", async () => {
  await put("bob/softmax.js", "alice/softmax.ts", "alice/attention.ts", "alice/lib.ts", "alice/deep/softmax.ts");
  await put("README.md", ".git/softmax.ts", "node_modules/softmax.ts", "bob/.attention.ts", "bob/node_modules/x.ts");
  await mkdir(join(root, "carol"));
  const cohort = await readCohort(root, TASKS);
  expect(cohort.submissions.map(({ candidate, task, file }) => `${candidate} ${task} ${file}`)).toEqual([
    "alice attention attention.ts",
    "alice softmax softmax.ts",
    "bob softmax softmax.js",
  ]);
  expect(cohort.candidates).toEqual(["alice", "bob", "carol"]);
  expect(cohort.refused).toEqual([]);
  expect(cohort.remarks).toEqual([]);
});

/** What was not taken, as sentences. */
async function notTaken(): Promise<string[]> {
  return (await readCohort(root, TASKS)).notTaken.map(({ path, reason, fix }) => `${path}: ${reason} ${fix}`);
}

test("two modules for one task are not taken, and the candidate's other tasks are", async () => {
  await put("alice/softmax.ts", "alice/softmax.js", "alice/softmax.wgsl", "alice/attention.ts");
  const { submissions } = await readCohort(root, TASKS);
  expect(submissions.map(({ task }) => task)).toEqual(["attention"]);
  expect(await notTaken()).toEqual([
    "alice/softmax.js: There are both `softmax.js` and `softmax.ts` for the task softmax. Keep one.",
  ]);
});

test.each([
  ["softmax.TS", "Its name ends in `.TS`; modules end in `.ts` or `.js`. Rename it to `softmax.ts`."],
  ["softmax.tsx", "Its name ends in `.tsx`; modules end in `.ts` or `.js`. Rename it to `softmax.ts`."],
  ["softmax.mjs", "Its name ends in `.mjs`; modules end in `.ts` or `.js`. Rename it to `softmax.js`."],
  ["softmax.ts.txt", "Its name ends in `.ts.txt`; modules end in `.ts` or `.js`. Rename it to `softmax.ts`."],
  ["Softmax.ts", "Its name is not that of a task. Rename it to `softmax.ts`."],
  ["sofmax.ts", "Its name is not that of a task. Rename it to `softmax.ts`."],
  ["my_softmax.ts", "Its name is not that of a task. Rename it to `softmax.ts`."],
  ["mysoftmax.js", "Its name is not that of a task. Rename it to `softmax.js`."],
  ["softmax_final_v2.ts", "Its name is not that of a task. Rename it to `softmax.ts`."],
  ["softmax (1).ts", "Its name is not that of a task. Rename it to `softmax.ts`."],
  ["GMM_E_Step-2.ts", "Its name is not that of a task. Rename it to `gmm-e-step.ts`."],
  ["solution.ts", "Its name is not that of a task. Rename it after its task; `kernelmark tasks` lists them."],
  ["softmax.wgsl", "It is a kernel without a plan. Add `softmax.ts`, whose default export makes the plan."],
  [
    "kernel.wgsl",
    "It is a kernel without a plan. Add a module named after its task, whose default export makes the plan.",
  ],
  ["softmax.docx", "It is a `.docx` file, not a module. Submit the module itself, as `softmax.ts`."],
  ["report.pdf", "It is a `.pdf` file, not a module. Submit a `.ts` or `.js` module named after each task."],
  ["softmax", "It is a file without an extension, not a module. Submit the module itself, as `softmax.ts`."],
  ["hw3.zip", "It is an archive, which Kernelmark does not unpack. Submit the files in it."],
  ["src/softmax.ts", "It is in the subfolder `src`. Move it, with its kernels, to `alice/softmax.ts`."],
  ["a/b/my softmax.js", "It is in the subfolder `a/b`. Move it, with its kernels, to `alice/softmax.js`."],
  ["softmax.ts/x.md", "It is a folder. Submit the file itself."],
  ...(process.platform === "linux"
    ? [["softmax.ts ", "Its name ends with a dot or a space, which Windows drops. Rename it without it."]]
    : []),
])("%s is named, with the reason and the fix", async (file, sentences) => {
  await put(`alice/${file}`);
  const path = file.startsWith("softmax.ts/") ? "softmax.ts" : file;
  expect((await notTaken())[0]).toBe(`alice/${path}: ${sentences}`);
  expect((await readCohort(root, TASKS)).submissions).toEqual([]);
});

test("next to a graded module, only other modules for its task are named", async () => {
  await put(
    "alice/softmax.ts",
    "alice/softmax.wgsl",
    "alice/softmax-old.ts",
    "alice/softmax.pdf",
    "alice/old/softmax.ts",
  );
  await put("alice/tiles.ts", "alice/README.md", "alice/package.json", "alice/softmax.d.ts", "alice/attention.wgsl");
  expect(await notTaken()).toEqual([
    "alice/attention.wgsl: It is a kernel without a plan. Add `attention.ts`, whose default export makes the plan.",
    "alice/softmax-old.ts: `softmax.ts` was graded for this task. Rename it to `softmax.ts` if it is the submission, and keep one.",
    "alice/tiles.ts: Its name is not that of a task. Rename it after its task; `kernelmark tasks` lists them.",
  ]);
  const { notTaken: entries } = await readCohort(root, TASKS);
  expect(entries.map(({ task, instead }) => [task, instead])).toEqual([
    ["attention", ""],
    ["softmax", "softmax.ts"],
    ["", ""],
  ]);
});

test("kernels of a misplaced or misnamed module are not named next to it", async () => {
  await put(
    "alice/src/softmax.ts",
    "alice/src/softmax.wgsl",
    "alice/src/exp.wgsl",
    "bob/Softmax.TS",
    "bob/softmax.wgsl",
  );
  expect((await notTaken()).map((line) => line.split(":", 1)[0])).toEqual(["alice/src/softmax.ts", "bob/Softmax.TS"]);
});

test("of many files, twenty are named, those of known tasks first", async () => {
  await put(...Array.from({ length: 30 }, (_, index) => `alice/a${index}.pdf`), "alice/my-softmax.ts");
  const named = await notTaken();
  expect(named).toHaveLength(21);
  expect(named[0]).toContain("alice/my-softmax.ts");
  expect(named.at(-1)).toBe(
    "alice: It contains 11 other files that Kernelmark did not take. Submit a `.ts` or `.js` module named after each task.",
  );
});

test("an empty folder is named as such, and folders of the system are no candidates", async () => {
  await put(
    "__MACOSX/._softmax.ts",
    "__MACOSX/softmax.ts",
    "lost+found/x",
    ".Trash/softmax.ts",
    "bob/__MACOSX/softmax.ts",
  );
  await mkdir(join(root, "carol"));
  const { candidates } = await readCohort(root, TASKS);
  expect(candidates).toEqual(["bob", "carol"]);
  const empty = "The folder is empty. Submit a `.ts` or `.js` module named after each task.";
  expect(await notTaken()).toEqual([`bob: ${empty}`, `carol: ${empty}`]);
});

test("submissions next to the folders are refused", async () => {
  await put("alice/softmax.ts", "hw.zip", "attention.ts", "roster.csv");
  expect((await readCohort(root, TASKS)).refused).toEqual([
    { path: "attention.ts", reason: "It is next to the candidates' folders. Move it into its candidate's folder." },
    { path: "hw.zip", reason: "It is an archive. Unpack it into its candidate's folder." },
  ]);
});

test("links are not taken, to folders and to modules", async () => {
  await put("alice/softmax.ts");
  await mkdir(join(root, "bob"));
  await symlink(join(root, "alice"), join(root, "mallory"));
  await symlink(join(root, "alice/softmax.ts"), join(root, "bob/softmax.ts"));
  const { submissions, refused, candidates } = await readCohort(root, TASKS);
  expect(submissions.map(({ candidate }) => candidate)).toEqual(["alice"]);
  expect(candidates).toEqual(["alice", "bob"]);
  expect(refused).toEqual([{ path: "mallory", reason: "It is a symbolic link. Submit the folder itself." }]);
  expect(await notTaken()).toEqual(["bob/softmax.ts: It is a symbolic link. Submit the file itself."]);
});

test.runIf(process.platform === "linux")("names that other systems or reports cannot hold are refused", async () => {
  await put("alice/softmax.ts", "CON/softmax.ts", "bell\u0007/softmax.ts", "dot./softmax.ts", "a\\b/softmax.ts");
  await mkdir(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0x66])]));
  const { candidates, refused } = await readCohort(root, TASKS);
  expect(candidates).toEqual(["alice"]);
  const reasons = Object.fromEntries(refused.map(({ path, reason }) => [path, reason]));
  expect(reasons).toEqual({
    CON: "Its name is reserved on Windows for the device CON. Rename it.",
    "bell\\u{7}": "Its name contains control characters. Rename it without them.",
    "dot.": "Its name ends with a dot or a space, which Windows drops. Rename it without it.",
    "a\\b": "Its name contains a backslash. Rename it without it.",
    "f�f": "Its name is not valid UTF-8. Rename it with letters, digits and hyphens.",
  });
});

test.runIf(process.platform === "linux")("names that only look alike are kept apart, with a warning", async () => {
  await put("alice/softmax.ts", "Alice/softmax.ts", "=HYPERLINK(1)/softmax.ts");
  const { candidates, remarks } = await readCohort(root, TASKS);
  expect(candidates).toEqual(["=HYPERLINK(1)", "Alice", "alice"]);
  expect(remarks).toEqual([
    "The candidates `Alice` and `alice` may be one person. They are graded separately: check that they are different people.",
  ]);
});

test("second and late folders of one person give a warning, and names that only begin alike do not", () => {
  const names = [
    "hugo",
    "hugo (1)",
    "hugo_LATE",
    "mia-late",
    "Mia-Late (2)",
    "Hugo-Boss",
    "plate",
    "octo-Cat",
    "OctoDog42",
  ];
  expect(lookAlikes(names)).toEqual([
    ["hugo", "hugo (1)", "hugo_LATE"],
    ["mia-late", "Mia-Late (2)"],
  ]);
});

test("a missing, empty or wrong root is a UserError, with a fix", async () => {
  const failure = (path: string) => readCohort(path, TASKS).catch((error: unknown) => error as UserError);
  const missing = await failure(join(root, "nowhere"));
  expect(missing).toBeInstanceOf(UserError);
  expect((missing as UserError).message).toBe(`There is no folder \`${join(root, "nowhere")}\`.`);

  await put("README.md", "hw.zip");
  const packed = (await failure(root)) as UserError;
  expect(packed.message).toBe(`There is no candidate's folder in \`${root}\`, but 1 archive.`);
  expect(packed.hint).toContain("kernelmark collect");

  await rm(join(root, "hw.zip"));
  const empty = (await failure(root)) as UserError;
  expect(empty.message).toBe(`There is no candidate's folder in \`${root}\`.`);
  expect(empty.hint).toContain("alice/softmax.ts");

  const file = (await failure(join(root, "README.md"))) as UserError;
  expect(file.message).toContain("is not a folder");

  await put("softmax.ts");
  const own = (await failure(root)) as UserError;
  expect(own.message).toBe(`\`${root}\` is one candidate's folder: \`softmax.ts\` is directly in it.`);
});

test("a single file is a submission of its own folder", async () => {
  await put("alice/mine.ts", "alice/notes.md");
  const { file, task, candidate } = await readSingle(join(root, "alice/mine.ts"), "softmax");
  expect({ file, task, candidate }).toEqual({ file: "mine.ts", task: "softmax", candidate: "alice" });
  await expect(readSingle(join(root, "alice/no.ts"), "softmax")).rejects.toThrow("There is no file");
  await expect(readSingle(join(root, "alice/notes.md"), "softmax")).rejects.toThrow("is not a module");
  await expect(readSingle(join(root, "alice"), "softmax")).rejects.toThrow("is not a file");
});
