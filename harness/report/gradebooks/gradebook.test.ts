import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, expect, it } from "vitest";
import type { Results } from "../../results/results.ts";
import type { RosterEntry } from "../../results/roster.ts";
import { madeUpAttempt, madeUpPerson, madeUpRun, NASTY } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import type { Report } from "../report.ts";
import { canvasCsv } from "./canvas-csv.ts";
import { gradebookRemarks } from "./gradebook.ts";
import { moodleCsv } from "./moodle-csv.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ATTEMPTS = [
  madeUpAttempt("ada", "softmax", "accepted"),
  madeUpAttempt("ada", "attention", "wrong-answer"),
  madeUpAttempt("bob", "softmax", "unsupported"),
  madeUpAttempt("bob", "attention", "accepted"),
  madeUpAttempt("eve", "softmax", "missing"),
  madeUpAttempt("eve", "attention", "missing"),
  madeUpAttempt(NASTY, "softmax", "accepted"),
  madeUpAttempt(NASTY, "attention", "accepted"),
];
const ROSTER: RosterEntry[] = [
  madeUpPerson("eve", { name: "Müller, Eve", id: "0042", section: "B" }),
  madeUpPerson("ada", { name: "=Ada", email: "ada@x.org", id: "17", section: "A" }),
  madeUpPerson("bob"),
];

async function rowsOf(report: Report, results: Results): Promise<string[][]> {
  const [path] = await report.write(markRun(results), folder);
  return parse(readFileSync(path!, "utf8"));
}

it("has the columns that Canvas imports, and possible points in the second row", async () => {
  const [header, possible, ...rows] = await rowsOf(canvasCsv, madeUpRun(ATTEMPTS, { roster: ROSTER }));
  expect(header).toEqual(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 3"]);
  expect(possible).toEqual(["    Points Possible", "", "", "", "", "15"]);
  expect(rows.slice(0, 3)).toEqual([
    ["Müller, Eve", "", "0042", "", "B", "0"],
    ["'=Ada", "", "17", "ada@x.org", "A", "8.5"],
    ["bob", "", "", "", "", ""],
  ]);
  expect(rows[3]![0]).toMatch(/^'=HYPERLINK/);
  expect(rows[3]!.slice(4)).toEqual(["", "11"]);
});

it("names people by their folders without a roster", async () => {
  const canvas = await rowsOf(canvasCsv, madeUpRun(ATTEMPTS));
  expect(canvas.find(([student]) => student === "ada")).toEqual(["ada", "", "", "ada", "", "8.5"]);
  const [header, , ada] = await rowsOf(moodleCsv, madeUpRun(ATTEMPTS));
  expect(header).toEqual(["Username", "softmax", "attention", "Week 3 total", "Feedback"]);
  expect(ada!.slice(0, 4)).toEqual(["ada", "6", "2.5", "8.5"]);
});

it("has a column for each task in Moodle's file, and omits people at whom its import would stop", async () => {
  const [header, ...rows] = await rowsOf(moodleCsv, madeUpRun(ATTEMPTS, { roster: ROSTER }));
  expect(header).toEqual(["Email address", "ID number", "softmax", "attention", "Week 3 total", "Feedback"]);
  expect(rows).toEqual([
    [...["", "0042", "0", "0", "0"], "softmax: missing (not submitted). attention: missing (not submitted)."],
    [
      ...["ada@x.org", "17", "6", "2.5", "8.5"],
      "softmax: accepted (speed was not measured). attention: wrong-answer (1 of 2 groups of cases passed).",
    ],
  ]);
});

it("warns about marks to enter by hand", () => {
  const [unmarked, unknown, nameless, ...others] = gradebookRemarks(markRun(madeUpRun(ATTEMPTS, { roster: ROSTER })));
  expect(unmarked).toMatch(/^No total for `bob` in canvas.csv and moodle.csv: a task has no mark yet\./);
  expect(unknown).toMatch(/^Not in moodle.csv, because not in the roster: `=HYPERLINK.*\\u\{1b\}/);
  expect(nameless).toBe("Not in moodle.csv, because the roster has neither e-mail nor id: `bob`.");
  expect(others).toEqual([]);
  expect(gradebookRemarks(markRun(madeUpRun(ATTEMPTS.slice(0, 2), { roster: ROSTER.slice(1, 2) })))).toEqual([]);
});
