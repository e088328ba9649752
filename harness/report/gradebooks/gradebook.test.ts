import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, describe, expect, it } from "vitest";
import type { Results } from "../../results/results.ts";
import type { RosterEntry } from "../../results/roster.ts";
import { type CanvasImport, importIntoCanvas } from "../../testing/canvas-importer.ts";
import { madeUpAttempt, madeUpRun, NASTY } from "../../testing/made-up-run.ts";
import { importIntoMoodle, uploadFeedbackToMoodle } from "../../testing/moodle-importer.ts";
import { markRun } from "../mark-run.ts";
import type { Report } from "../report.ts";
import { reportRemarks } from "../write-reports.ts";
import { canvasCsv } from "./canvas-csv.ts";
import { mailMergeCsv } from "./mail-merge-csv.ts";
import { moodleCsv } from "./moodle-csv.ts";
import { moodleFeedback } from "./moodle-feedback.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Someone on the roster, in the folder of that name. */
function person(candidate: string, known: Partial<RosterEntry> = {}): RosterEntry {
  return {
    ...{ candidate, name: "", email: "", id: "", section: "", login: "", sisId: "", platformId: "" },
    ...known,
  };
}

/** Full marks for attention; for softmax, 6 points, as its speed was not measured. */
const solved = (candidate: string) => [
  madeUpAttempt(candidate, "softmax", "accepted"),
  madeUpAttempt(candidate, "attention", "accepted"),
];

/** A run of these people: all solved both tasks, except that `changes` may say otherwise. */
function runOf(roster: readonly RosterEntry[], changes: Partial<Results> = {}): Results {
  return madeUpRun(
    roster.flatMap(({ candidate }) => solved(candidate)),
    { roster, ...changes },
  );
}

async function fileOf(report: Report, results: Results): Promise<Buffer> {
  const [path] = await report.write(markRun(results), folder);
  return readFileSync(path!);
}

const textOf = async (report: Report, results: Results) => (await fileOf(report, results)).toString();

const remarksOn = (report: Report, results: Results) => reportRemarks(markRun(results), [report]);

describe("canvas.csv", () => {
  const STUDENTS = [
    { id: 12, name: "Ada Lovelace", sisId: "S-12", login: "ada" },
    { id: 13, name: "Bob", sisId: "-13", login: "+49" },
    { id: 14, name: "Eve Müller", login: "@eve" },
    { id: 15, name: "Müller, Zoe" },
    { id: 99, name: "alice" },
  ];
  /** Each is known by something else. */
  const ROSTER = [
    person("f1", { name: "A. L.", platformId: "12", section: "A" }),
    person("f2", { name: "Robert", sisId: "-13" }),
    person("f3", { name: "Eve", login: "@eve" }),
    person("f4", { name: "Müller, Zoe" }),
  ];
  const FULL = { "Week 3: softmax": "6", "Week 3: attention": "5", "Week 3": "11" };
  const pointsIn = ({ scores }: CanvasImport) => Object.fromEntries(scores);

  it("gives people their points by Canvas' ID, SIS id, login or name, in a column for each task and the total", async () => {
    const imported = importIntoCanvas(await textOf(canvasCsv, runOf(ROSTER)), STUDENTS);
    expect(pointsIn(imported)).toEqual({ 12: FULL, 13: FULL, 14: FULL, 15: FULL });
    expect(imported.possible).toEqual({ "Week 3: softmax": "6", "Week 3: attention": "5", "Week 3": "11" });
    expect(imported.unknown).toEqual([]);
    expect(remarksOn(canvasCsv, runOf(ROSTER))).toEqual([]);
  });

  it("tries the roster's e-mail and id where it has no login and no SIS id", async () => {
    const roster = [person("f1", { email: "ada" }), person("f2", { id: "-13" })];
    const { scores } = importIntoCanvas(await textOf(canvasCsv, runOf(roster)), STUDENTS);
    expect([...scores.keys()]).toEqual([12, 13]);
  });

  it("has nobody's folder name: another student may be called so", async () => {
    const results = runOf([...ROSTER, person("alice", {}), person("ada", {})], {});
    const attempts = [...results.attempts, ...solved("+49")];
    const { scores, unknown } = importIntoCanvas(await textOf(canvasCsv, { ...results, attempts }), STUDENTS);
    expect([...scores.keys()].sort()).toEqual([12, 13, 14, 15]);
    expect(unknown).toEqual([]);
    expect(remarksOn(canvasCsv, { ...results, attempts })).toEqual([
      "Not in canvas.csv, because the roster does not identify them for Canvas: `alice`, `ada`, `+49`.",
    ]);
  });

  it("leaves out people between whom Canvas cannot distinguish", async () => {
    const twins = [
      person("f5", { name: "Kim", login: "kim" }),
      person("f6", { name: "Kim", login: "KIM" }),
      person("f7", { name: "Lee" }),
      person("f8", { name: "Lee" }),
      person("f9", { name: "Lee", login: "lee" }),
    ];
    const text = await textOf(canvasCsv, runOf(twins));
    expect(parse(text).slice(2)).toEqual([["Lee", "", "", "lee", "", "6", "5", "11"]]);
    expect(remarksOn(canvasCsv, runOf(twins))).toEqual([
      "Not in canvas.csv, because Canvas could not distinguish them: `f5`, `f6`, `f7`, `f8`.",
    ]);
  });

  it("never takes a person's row for the possible points, or Moodle's numbers for Canvas'", async () => {
    const roster = [person("f1", { name: "Points Possible", login: "ada", platformId: "Participant 13" })];
    const imported = importIntoCanvas(await textOf(canvasCsv, runOf(roster)), STUDENTS);
    expect(pointsIn(imported)).toEqual({ 12: FULL });
    expect(imported.possible).toEqual({ "Week 3: softmax": "6", "Week 3: attention": "5", "Week 3": "11" });
  });

  it("leaves a score empty that is not there yet, and so unchanged in Canvas", async () => {
    const attempts = [madeUpAttempt("f1", "softmax", "unsupported"), madeUpAttempt("f1", "attention", "accepted")];
    const results = madeUpRun(attempts, { roster: ROSTER.slice(0, 1) });
    const { scores } = importIntoCanvas(await textOf(canvasCsv, results), STUDENTS);
    expect(scores.get(12)).toEqual({ "Week 3: attention": "5" });
    expect(remarksOn(canvasCsv, results)).toEqual([
      "No total for `f1` in gradebooks: a task has no mark yet. Find it in marks.csv and mark it by hand.",
    ]);
  });

  it("fills an existing assignment of Canvas, named with its number", async () => {
    const assignment = { ...runOf(ROSTER).assignment, title: "Kernels (4711)" };
    const [header] = parse(await textOf(canvasCsv, runOf(ROSTER, { assignment }))) as string[][];
    expect(header!.slice(5)).toEqual(["Kernels: softmax", "Kernels: attention", "Kernels (4711)"]);
  });

  it.each([
    ["Final Score of week 3", 'contains "Final Score": Canvas ignores columns with these words.'],
    ["current grade", 'contains "current grade": Canvas ignores columns with these words.'],
    ["Override Status", 'contains "Override Status": Canvas ignores columns with these words.'],
    ["Section", "is the name of one of Canvas' own columns."],
    ["ID", "is the name of one of Canvas' own columns."],
    ["Week\n3", "has a line break, which Canvas cannot import."],
    [" ", "is empty, but Canvas needs a column title."],
  ])("is refused with the title %j", (title, reason) => {
    const results = runOf(ROSTER, { assignment: { ...runOf(ROSTER).assignment, title } });
    expect(canvasCsv.problem!(markRun(results))?.message).toContain(reason);
    expect(remarksOn(canvasCsv, results)[0]).toMatch(
      /^canvas\.csv is not written\..*Change `title` in the assignment\.$/,
    );
  });

  it("needs a roster", () => {
    expect(canvasCsv.problem!(markRun(runOf([])))?.message).toContain("folder names do not identify people");
    expect(canvasCsv.problem!(markRun(runOf(ROSTER)))).toBeUndefined();
  });
});

describe("moodle.csv", () => {
  const USERS = [
    { email: "ada@x.org", idnumber: "-17", username: "ada" },
    { email: "=eve@x.org", idnumber: "0042", username: "eve" },
  ];
  const ADA = person("f1", { email: "ada@x.org", id: "-17", login: "ada" });
  const EVE = person("f2", { email: "=eve@x.org", id: "0042" });
  const FULL = { softmax: 6, attention: 5, "Week 3 total": 11 };

  it.each(["Email address", "ID number"] as const)("gives people their points by %s", async (column) => {
    const grades = importIntoMoodle(await textOf(moodleCsv, runOf([EVE, ADA])), USERS, column);
    expect(Object.fromEntries(grades)).toEqual({ "ada@x.org": FULL, "=eve@x.org": FULL });
  });

  it("has no column in which a cell is empty: Moodle would give those marks to the person before", async () => {
    const text = await textOf(moodleCsv, runOf([ADA, EVE]));
    expect(parse(text)[0]).toEqual(["Email address", "ID number", "softmax", "attention", "Week 3 total", "Feedback"]);
    const nobody = [person("f3", { login: "zoe" }), person("f4", { email: "0" }), person("f5")];
    const results = runOf([ADA, EVE, ...nobody]);
    expect(importIntoMoodle(await textOf(moodleCsv, results), USERS, "Email address").size).toBe(2);
    expect(remarksOn(moodleCsv, results)).toEqual([
      "Not in moodle.csv, because the roster lacks their e-mail: `f3`, `f4`, `f5`.",
    ]);
  });

  it("has feedback on each task", async () => {
    const attempts = [madeUpAttempt("f1", "softmax", "accepted"), madeUpAttempt("f1", "attention", "wrong-answer")];
    const rows = parse(await textOf(moodleCsv, madeUpRun(attempts, { roster: [ADA] })), { columns: true });
    expect(rows).toMatchObject([
      {
        Username: "ada",
        Feedback:
          "softmax: accepted (speed was not measured). attention: wrong-answer (1 of 2 groups of cases passed).",
      },
    ]);
  });

  it("is not written without a roster, or if the roster identifies nobody", () => {
    expect(moodleCsv.problem!(markRun(runOf([])))?.message).toMatch(/needs a roster/);
    expect(moodleCsv.problem!(markRun(runOf([person("f1")])))?.message).toMatch(/nobody's e-mail, id or login/);
  });

  it("warns about totals that Moodle refuses", () => {
    const { assignment } = runOf([ADA]);
    const tasks = { softmax: { points: 150, correctness: 1 } };
    expect(remarksOn(moodleCsv, runOf([ADA], { assignment: { ...assignment, tasks } }))).toEqual([
      '1 total in moodle.csv is more than 100, which Moodle refuses unless "Unlimited grades" is on.',
    ]);
  });
});

describe("moodle-feedback.zip", () => {
  const raw = "Zoe Ö_34_assignsubmission_file";
  const roster = [
    person("f1", { name: "Ada_9_Lovelace/.", platformId: "Participant 12" }),
    person("f2", { name: "~Bob", platformId: "34567" }),
    person("f3", { name: "~Eve", platformId: "Participant 56" }),
  ];

  it("gives each participant of Moodle their own page", async () => {
    const results = madeUpRun(["f1", "f2", "f3", raw].flatMap(solved), { roster });
    const stored = await uploadFeedbackToMoodle(await fileOf(moodleFeedback, results), [9, 12, 34, 56, 34567]);
    expect([...stored.keys()].sort()).toEqual([12, 34, 56]);
    for (const [number, candidate] of [
      [12, "f1"],
      [34, raw],
      [56, "f3"],
    ] as const) {
      expect(Object.keys(stored.get(number)!)).toEqual(["feedback.html"]);
      expect(stored.get(number)!["feedback.html"]).toContain(`Feedback for ${candidate}`);
    }
    expect(remarksOn(moodleFeedback, results)).toEqual([
      "Not in moodle-feedback.zip, because Moodle's number of the participant is unknown: `f2`.",
    ]);
  });

  it("is not written if no participant is known", () => {
    expect(moodleFeedback.problem!(markRun(runOf([person("f1")])))?.message).toMatch(/numbers of its participants/);
    expect(remarksOn(moodleFeedback, runOf([person("f1")]))).toEqual([]);
  });
});

describe("mail-merge.csv", () => {
  it("has each person's address as it is, and the file of their feedback", async () => {
    const roster = [
      person("f1", { name: "=Ada", email: "+49@x.org" }),
      person("f2", { name: "Bob", email: "bob" }),
      person(NASTY, { name: NASTY, email: "nasty@x.org" }),
      person("f3", { email: '=HYPERLINK("http://x")@x.org' }),
    ];
    const text = await textOf(mailMergeCsv, runOf(roster));
    const [header, ada, nasty, ...others]: string[][] = parse(text, { bom: true });
    expect(header).toEqual(["name", "email", "candidate", "points", "max", "feedback"]);
    expect(ada).toEqual(["'=Ada", "+49@x.org", "f1", "11", "11", "feedback/f1.html"]);
    expect(nasty!.slice(0, 2)).toEqual([expect.stringMatching(/^'=HYPERLINK/), "nasty@x.org"]);
    expect(nasty![5]).toMatch(/^feedback\/[^/]+-[\da-f]{8}\.html$/);
    expect(others).toEqual([]);
    expect(remarksOn(mailMergeCsv, runOf(roster))).toEqual([
      "Not in mail-merge.csv, because the roster has no e-mail address for them: `f2`, `f3`.",
    ]);
  });

  it("is not written if nobody has an address", () => {
    expect(mailMergeCsv.problem!(markRun(runOf([person("f1")])))?.message).toMatch(/nobody's e-mail address/);
  });
});
