import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../text/user-error.ts";
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

test("two modules for one task are refused, and the candidate's other tasks are not", async () => {
  await put("alice/softmax.ts", "alice/softmax.js", "alice/attention.ts");
  const { submissions, refused } = await readCohort(root, TASKS);
  expect(submissions.map(({ task }) => task)).toEqual(["attention"]);
  expect(refused).toEqual([
    {
      path: "alice/softmax.js",
      reason: "There are both `softmax.js` and `softmax.ts` for the task softmax. Keep one.",
    },
  ]);
});

test("a misspelt task name gives a warning", async () => {
  await put("alice/sofmax.ts", "alice/gmm_e_step.ts", "alice/tiles.ts", "bob/attention.ts", "bob/atention.ts");
  const { submissions, remarks } = await readCohort(root, TASKS);
  expect(submissions).toHaveLength(1);
  expect(remarks).toEqual([
    "`alice/gmm_e_step.ts` is not named after a task. Did you mean `gmm-e-step.ts`?",
    "`alice/sofmax.ts` is not named after a task. Did you mean `softmax.ts`?",
  ]);
});

test("links are refused, to folders and to modules", async () => {
  await put("alice/softmax.ts");
  await mkdir(join(root, "bob"));
  await symlink(join(root, "alice"), join(root, "mallory"));
  await symlink(join(root, "alice/softmax.ts"), join(root, "bob/softmax.ts"));
  const { submissions, refused, candidates } = await readCohort(root, TASKS);
  expect(submissions.map(({ candidate }) => candidate)).toEqual(["alice"]);
  expect(candidates).toEqual(["alice", "bob"]);
  expect(refused).toEqual([
    { path: "bob/softmax.ts", reason: "It is a symbolic link. Submit the file itself." },
    { path: "mallory", reason: "It is a symbolic link. Submit the folder itself." },
  ]);
});

test("a folder in a module's place is refused", async () => {
  await put("alice/softmax.ts/x.ts");
  const { refused } = await readCohort(root, TASKS);
  expect(refused).toEqual([{ path: "alice/softmax.ts", reason: "It is a folder. Submit the file itself." }]);
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
    "The candidates `Alice` and `alice` differ only in case or Unicode form. They are graded separately: check that they are two people.",
  ]);
});

test("a missing, empty or wrong root is a UserError, with a fix", async () => {
  const failure = (path: string) => readCohort(path, TASKS).catch((error: unknown) => error as UserError);
  const missing = await failure(join(root, "nowhere"));
  expect(missing).toBeInstanceOf(UserError);
  expect((missing as UserError).message).toBe(`There is no folder \`${join(root, "nowhere")}\`.`);

  await put("README.md");
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
