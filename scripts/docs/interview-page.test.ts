import { join } from "node:path";
import { expect, test } from "vitest";
import { loadTasks } from "../../harness/catalog/load.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import { INTERVIEW_QUESTIONS } from "../../harness/task/task.ts";
import { interviewPage } from "./interview-page.ts";

const ROW = /^\| +(\d+) \| (.*?) *\| (.*?) *\|$/gm;
const tasks = await loadTasks();
const page = interviewPage(tasks);

test("docs/interview.md is up to date (otherwise run: npm run schema)", async () => {
  await expect(page).toMatchFileSnapshot(join(packageRoot(), "docs", "interview.md"));
});

test("it has every question once, with exactly the tasks that answer it, or a reason for none", () => {
  const rows = [...page.matchAll(ROW)];
  expect(rows.map(([, question]) => Number(question))).toEqual(
    Array.from({ length: INTERVIEW_QUESTIONS }, (_, index) => index + 1),
  );
  const listed = rows.flatMap(([, question, links]) =>
    Array.from(links!.matchAll(/\[([\w-]+)\]/g), ([, name]) => `${question}: ${name}`),
  );
  const defined = tasks.flatMap(({ spec }) => spec.step!.questions.map((question) => `${question}: ${spec.name}`));
  expect(listed.sort()).toEqual(defined.sort());
  expect(rows.filter(([, , links, remark]) => links === "" && remark === "")).toEqual([]);
  for (const { spec } of tasks) expect(page).toContain(`\n[${spec.name}]: ../kernels/${spec.family}/${spec.name}/`);
});

test("every built-in task has a place in the learning path, and answers a question", () => {
  for (const { spec } of tasks) expect(spec.step?.questions, spec.name).not.toEqual([]);
  expect(tasks.filter(({ spec }) => spec.step === undefined)).toEqual([]);
});
