import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { createColors } from "picocolors";
import { afterAll, describe, expect, it } from "vitest";
import type { Assignment } from "../results/assignment.ts";
import type { Results } from "../results/results.ts";
import { readResults } from "../run/results-file.ts";
import { madeUpAttempt, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { compareRuns } from "./compare-runs.ts";
import { feedbackPages } from "./feedback/write-feedback.ts";
import { canvasCsv } from "./gradebooks/canvas-csv.ts";
import { gradescope } from "./gradebooks/gradescope.ts";
import { marksCsv } from "./gradebooks/marks-csv.ts";
import { moodleCsv } from "./gradebooks/moodle-csv.ts";
import { makeIndexData } from "./html/make-index-data.ts";
import { markRun } from "./mark-run.ts";
import { resultsJson } from "./results-json.ts";
import { summary } from "./terminal/run-text.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DEADLINE = "2026-05-04T18:00:00Z";
const BEFORE = new Date("2026-05-04T00:00:00Z");
const AFTER = new Date("2026-05-05T00:00:00Z");

const ASSIGNMENT: Assignment = {
  ...{ title: "Week 3", deadline: DEADLINE, late: { perDay: "10 %" }, practice: false, software: true },
  tasks: {
    softmax: { points: 10, correctness: 1, groups: { long: { hidden: true } } },
    attention: { points: 5, correctness: 1, bonus: true },
  },
};

/** Ada is a day late; Bea and Cem, whose mark was raised, are team red. */
const RUN = madeUpRun(
  [
    madeUpAttempt("ada", "softmax", "accepted"),
    madeUpAttempt("ada", "attention", "accepted"),
    madeUpAttempt("red", "softmax", "wrong-answer", { log: "shape of a hidden case" }),
    madeUpAttempt("red", "attention", "harness-error", { cases: [] }),
  ],
  {
    assignment: ASSIGNMENT,
    received: [
      { candidate: "ada", at: "2026-05-05T12:00:00Z" },
      { candidate: "red", at: "2026-05-01T12:00:00Z" },
    ],
    adjustments: [
      { candidate: "cem", task: "softmax", change: 2, reason: "an =unclear= task" },
      { candidate: "red", task: "attention", points: 4, reason: "read by hand" },
    ],
    teams: [
      { team: "red", candidate: "bea" },
      { team: "red", candidate: "cem" },
    ],
  },
);

const ROSTER = ["cem", "bea", "ada"].map((candidate) =>
  madeUpPerson(candidate, { name: candidate.toUpperCase(), email: `${candidate}@x.org` }),
);

const LATE = "1 day late: 10 % off";
const CHANGED = "+2: an =unclear= task";

const textOf = (paths: readonly string[]) => paths.map((path) => readFileSync(path, "utf8")).join("\n");
const spaced = (text: string) => text.replace(/\s+/g, " ");

describe("lateness, adjustments and teams are shown wherever the mark is shown", () => {
  it("in the terminal", () => {
    const { results, marks } = markRun(RUN);
    const text = summary(results, marks, [], { colors: createColors(false), width: 80 });
    expect(text).toContain("\n\nBonus: attention.\n\n");
    expect(text).toContain(`Rules and adjustments (3 candidates)\n  ada, softmax: 9 of 10, ${LATE}\n`);
    expect(text).toContain(`  cem, softmax: 7 of 10, ${CHANGED}\n`);
    expect(text).toContain("  bea, total: 9 of 10, team red\n");
    expect(text).toMatch(/^softmax +cem +wrong-answer +7 of 10$/m);
    const many = madeUpRun(
      Array.from({ length: 14 }, (_, index) => madeUpAttempt(`c${index}`, "softmax", "accepted")),
      { adjustments: Array.from({ length: 14 }, (_, index) => ({ candidate: `c${index}`, change: 1, reason: "why" })) },
    );
    const shown = summary(many, markRun(many).marks, [], { colors: createColors(false), width: 80 });
    expect(shown.match(/, total: .*: why$/gm)).toHaveLength(12);
    expect(shown).toContain("\n  and 2 more candidates: see marks.csv\n");
    // A person has marked them.
    expect(text).not.toContain("Held for manual review");
  });

  it.each([
    ["marks.csv", marksCsv],
    ["moodle.csv", moodleCsv],
    ["Gradescope's files", gradescope],
  ])("in %s", async (_, report) => {
    const text = spaced(textOf(await report.write(markRun({ ...RUN, roster: ROSTER }), folder)));
    for (const words of [LATE, CHANGED, "set to 4: read by hand", "team red", "bonus: added to the total"]) {
      expect(text).toContain(words);
    }
  });

  it("on a candidate's page", () => {
    const { markdown } = feedbackPages(markRun(RUN), "cem", "", AFTER);
    expect(markdown).toContain("Week 3: 11 of 10 points.\n\nTeam red.");
    expect(markdown).toContain(
      "7 of 10 in all: 5 for correctness. 1 of 2 groups of cases passed; +2: an =unclear= task.",
    );
    expect(markdown).toContain("4 of 5 in all: Held for manual review");
    expect(feedbackPages(markRun(RUN), "ada", "", AFTER).markdown).toContain(
      "9 of 10 in all: 10 for correctness. 1 day",
    );
  });

  it("in index.html", () => {
    const members = ["ada", "red"].map((candidate) => ({ candidate, cohort: null, variant: 0, files: [] }));
    const group = { task: "softmax", members, highest: 1, lowest: 1, pairs: [], omittedPairs: 0 };
    const { head } = makeIndexData(markRun(RUN), { groups: [group], omittedGroups: 0, omittedPairs: 0 });
    expect(head.candidates.map(({ name, points, max, remark }) => [name, points, max, remark])).toEqual([
      ["ada", 13.5, 10, ""],
      ["cem", 11, 10, "team red"],
      ["bea", 9, 10, "team red"],
    ]);
    expect(head.attempts.map(({ remark }) => remark)).toContain(`1 of 2 groups of cases passed; ${CHANGED}`);
    expect(head.max).toBe(10);
    // The team's kernel is shown with its first member in the order of names.
    expect(head.similar.groups[0]!.members.map(({ candidate }) => candidate)).toEqual([0, 2]);
  });
});

it("gradebooks have each member of a team, and the possible points without bonus", async () => {
  const [path] = await canvasCsv.write(markRun({ ...RUN, roster: ROSTER }), folder);
  const [, possible, ...rows]: string[][] = parse(readFileSync(path!, "utf8"));
  expect(possible!.at(-1)).toBe("10");
  expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([
    ["CEM", "11"],
    ["BEA", "9"],
    ["ADA", "13.5"],
  ]);
});

it("results.json keeps the team's attempts, and for one member nothing about others", async () => {
  const [whole] = await resultsJson.write(markRun(RUN), folder);
  expect(JSON.parse(readFileSync(whole!, "utf8"))).toEqual(JSON.parse(JSON.stringify(RUN)));
  await resultsJson.write(markRun(RUN, "bea"), folder);
  const bea = await readResults(folder);
  expect(bea.attempts.map(({ candidate }) => candidate)).toEqual(["red", "red"]);
  expect(JSON.stringify(bea)).not.toMatch(/"(?:ada|cem)"/);
  expect(markRun(bea).marks.candidates).toMatchObject([{ candidate: "bea", points: 9 }]);
});

describe("hidden groups", () => {
  const page = (results: Results, at: Date) => feedbackPages(markRun(results), "bea", "", at).markdown;

  it("are hidden from candidates until the deadline", () => {
    const open = page(RUN, BEFORE);
    expect(open).toContain("It fails on hidden cases, which are shown after the deadline.");
    expect(open).toContain("| long | hidden until the deadline | – |");
    expect(open).not.toMatch(/First failing case|shape of a hidden case|What happened/);
    const closed = page(RUN, AFTER);
    expect(closed).toContain("First failing case: n=1, plain data (long).");
    expect(closed).toContain("shape of a hidden case");
    expect(closed).toContain("| long | ✗ none passed | 0 of 1 |");
  });

  it("do not hide the failures of others", () => {
    const right = madeUpAttempt("red", "softmax", "wrong-answer");
    const [tiny, long] = right.cases;
    const both = {
      ...right,
      cases: [{ ...tiny!, verdict: "wrong-answer", message: "Row 0 is wrong." }, long!],
    } as const;
    const open = page({ ...RUN, attempts: [both] }, BEFORE);
    expect(open).toContain("First failing case: n=1, plain data (tiny).");
    expect(open).not.toContain("hidden cases");
  });

  it("are a test that Gradescope hides until the due date", async () => {
    const future = { ...RUN, assignment: { ...ASSIGNMENT, deadline: "2999-01-01T00:00:00Z" } };
    const own = mkdtempSync(join(folder, "gradescope-"));
    await gradescope.write(markRun(future, "bea"), own);
    const [name] = readdirSync(join(own, "gradescope"));
    const { tests } = JSON.parse(readFileSync(join(own, "gradescope", name!, "results.json"), "utf8"));
    const shown = tests.map((test: { name: string; visibility: string }) => [test.name, test.visibility]);
    expect(shown).toEqual([
      ["softmax", "visible"],
      ["softmax, with hidden cases", "after_due_date"],
      ["attention", "visible"],
    ]);
    expect(tests[0].output).not.toContain("(long)");
    expect(tests[1].output).toContain("n=1, plain data (long)");
    expect(tests[1]).not.toHaveProperty("score");
  });
});

it("compare shows an adjustment as the reason of another mark", () => {
  const { moves } = compareRuns({ ...RUN, adjustments: [] }, RUN);
  const cem = moves.find(({ candidate, task }) => candidate === "cem" && task === "softmax");
  expect(cem).toMatchObject({ before: { points: 5 }, after: { points: 7 }, because: ["facts"] });
});

it("the best attempt is the one that reports show", () => {
  const assignment = { ...ASSIGNMENT, attempts: "best" as const };
  const earlier = [
    { run: "monday", attempts: [madeUpAttempt("ada", "softmax", "accepted", { message: "Monday's." })] },
  ];
  const now = [madeUpAttempt("ada", "softmax", "wrong-answer")];
  const { results, marks } = markRun({ ...RUN, assignment, earlier, attempts: now });
  expect(results.attempts).toMatchObject([{ verdict: "accepted", message: "Monday's." }]);
  expect(marks.candidates[0]!.tasks.softmax!.remark).toContain("best attempt, of monday");
});
