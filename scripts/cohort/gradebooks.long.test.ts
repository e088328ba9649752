import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../harness/files/package-root.ts";
import { readCollected } from "../../harness/intake/collected-file.ts";
import { markRun } from "../../harness/report/mark-run.ts";
import { needsPerson } from "../../harness/report/needs-person.ts";
import { formatCollected } from "../../harness/report/tables/collected-csv.ts";
import { readResults } from "../../harness/run/results-file.ts";
import { importIntoCanvas } from "../../harness/testing/canvas-importer.ts";
import { importIntoMoodle, uploadFeedbackToMoodle } from "../../harness/testing/moodle-importer.ts";
import { rosterText, STUDENTS, type Student } from "./people.ts";
import { type Layout, writeCohort } from "./write-cohort.ts";

const TITLE = "GPU kernels, week 3";
const ASSIGNMENT = `title: ${TITLE}
deadline: 2026-11-27T12:00:00Z
late: { perDay: 10 %, grace: 15m, days: 1, until: 7d, extensions: extensions.csv }
tasks:
  softmax: { points: 10, groups: { long rows: { weight: 2 }, tiny: { weight: 0.5 } } }
  attention: { points: 5, bonus: true }
`;
const ON_TIME = "2026-11-27T10:00:00Z";

/** Hand-ins after the deadline: the time and, worked out by hand, the points of a correct softmax. */
const LATE: Readonly<Record<string, readonly [received: string, points: number]>> = {
  // In the grace period.
  lynn: ["2026-11-27T12:10:00Z", 10],
  // A day late, for which the late day is spent.
  margaret: ["2026-11-28T08:00:00Z", 10],
  // Two days late: one is the late day, the other costs a tenth.
  maria: ["2026-11-28T18:00:00Z", 9],
  // Four days late, and three of them cost a tenth each.
  marvin: ["2026-12-01T12:00:00Z", 7],
  // Twelve days late: not accepted.
  mary: ["2026-12-09T10:00:00Z", 0],
  // Twelve days late, of which an extension gives eleven.
  maurice: ["2026-12-09T10:00:00Z", 10],
};

/** The points of everybody who is not in `LATE`, by habit, worked out by hand; a correct softmax otherwise. */
const POINTS: Readonly<Record<string, number>> = {
  // Of six groups, with weights of 6.5, `tiny` (0.5), `many rows` and `drawn shapes` pass: 25 / 6.5, rounded up.
  "wrong answer": 3.85,
  "compile error": 0,
  "both languages": 0,
  "kernel alone": 0,
  documents: 0,
  nothing: 0,
  link: 0,
  "leaving zip": 0,
  "two places": 0,
  "locked zip": 0,
};

/** What tells the instructor why somebody has no points. */
const REASONS: Readonly<Record<string, RegExp>> = {
  plain: /not accepted more than 7d late/,
  "compile error": /softmax: compile-error/,
  "both languages": /There are both `softmax\.js` and `softmax\.ts`/,
  "kernel alone": /It is a kernel without a plan/,
  documents: /It is a `\.docx` file, not a module/,
  nothing: /On the roster, but nothing submitted|`\.md` file, not a module/,
  link: /It is a symbolic link/,
  "leaving zip": /It contains a path that leaves its folder/,
  "two places": /Modules for softmax are in `monday`, `tuesday`: which one counts\?/,
  "locked zip": /It is protected by a password/,
};

function pointsOf({ candidate, habit }: Student): number {
  return LATE[candidate]?.[1] ?? POINTS[habit] ?? 10;
}

/** Each platform's own export of its people. */
const ROSTERS = {
  canvas: table(
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"],
    ["    Points Possible", "", "", "", ""],
    ...STUDENTS.map(({ name, canvasId, id, email }) => [lastFirst(name), canvasId, id, email, "A"]),
  ),
  moodle: table(
    ["Identifier", "Full name", "Email address", "Status", "Grade"],
    ...STUDENTS.map(({ name, email }, index) => [`Participant ${index + 1}`, name, email, "", ""]),
  ),
  gradescope: rosterText(),
  classroom: table(
    ["identifier", "github_username", "github_id", "name"],
    ...STUDENTS.map(({ email, login, name }) => [email, login, "", name]),
  ),
};
const PLATFORMS = Object.keys(ROSTERS) as (keyof typeof ROSTERS & Layout)[];

function table(...rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => `"${cell}"`).join()}\n`).join("");
}

function lastFirst(name: string): string {
  const [first, ...rest] = name.split(" ");
  return rest.length === 0 ? name : `${rest.join(" ")}, ${first}`;
}

function studentOf(name: string | undefined): Student {
  return STUDENTS.find((student) => [student.name, lastFirst(student.name)].includes(name!))!;
}

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs a command; the runs share a cache, so each file is judged once. */
async function kernelmark(...args: readonly string[]) {
  const { exitCode, all } = await execa(process.execPath, [join(packageRoot(), "bin/kernelmark.js"), ...args], {
    ...{ reject: false, all: true, env: { XDG_CACHE_HOME: join(root, "cache") } },
  });
  return { exitCode, text: all };
}

/** A person enters the times, which most platforms do not state, into the mapping. */
async function enterTimes(file: string): Promise<void> {
  const entries = (await readCollected(file)).map((entry) => {
    if (entry.status !== "collected") return entry;
    return { ...entry, received: LATE[studentOf(entry.name).candidate]?.[0] ?? ON_TIME };
  });
  writeFileSync(file, formatCollected(entries));
}

describe.each(PLATFORMS)("from the download of %s", (platform) => {
  const folder = join(root, platform);
  const run = join(folder, "run");
  const rows = (name: string): Record<string, string>[] =>
    parse(readFileSync(join(run, name), "utf8"), { columns: true, bom: true });
  /** By the candidate's name of the cohort. */
  const wanted = Object.fromEntries(STUDENTS.map((student) => [student.candidate, pointsOf(student)]));

  beforeAll(async () => {
    mkdirSync(folder);
    const download = await writeCohort(platform, folder);
    const [week, roster, assignment] = ["week-3", "people.csv", "week-3.yaml"].map((name) => join(folder, name));
    writeFileSync(roster!, ROSTERS[platform]);
    writeFileSync(assignment!, ASSIGNMENT);
    const { exitCode, text } = await kernelmark("collect", download, "--into", week!, "--roster", roster!);
    expect({ exitCode, text }).toMatchObject({ exitCode: 1, text: expect.stringContaining("Needs a person") });
    const mapping = join(week!, "collected.csv");
    await enterTimes(mapping);
    const maurice = (await readCollected(mapping)).find(({ name }) => studentOf(name)?.candidate === "maurice")!;
    writeFileSync(join(folder, "extensions.csv"), `candidate,extra\n${maurice.candidate},11d\n`);
    const names = ["--roster", roster!, "--assignment", assignment!];
    const graded = await kernelmark("grade", week!, ...names, "--seed", "e2e", "--no-measure", "--out", run);
    expect(graded).toMatchObject({ exitCode: 0 });
  }, 600_000);

  test("marks.csv has everybody's points", () => {
    const found = rows("marks.csv").filter(({ name }) => name !== "Nobody Came");
    expect(Object.fromEntries(found.map(({ name, total }) => [studentOf(name).candidate, Number(total)]))).toEqual(
      wanted,
    );
    expect(new Set(found.map(({ max }) => max))).toEqual(new Set(["10"]));
  });

  test("nobody is at 0 without a reason that names them", async () => {
    const marked = markRun(await readResults(run));
    const needs = needsPerson(marked, await marked.similar());
    for (const { candidate, name, total, remarks, ...cells } of rows("marks.csv")) {
      if (Number(total) > 0) continue;
      const own = needs.flatMap(({ about, items }) =>
        items.filter((item) => item.candidate === candidate).map((item) => `${about}: ${item.text}`),
      );
      const reasons = [...own, remarks, `softmax: ${cells["softmax verdict"]}`].join("\n");
      const { habit } = name === "Nobody Came" ? { habit: "nothing" } : studentOf(name);
      expect(reasons, name).toMatch(REASONS[habit]!);
    }
  });

  test("mail-merge.csv has everybody's points and page", () => {
    const found = rows("mail-merge.csv").filter(({ name }) => name !== "Nobody Came");
    expect(Object.fromEntries(found.map(({ email, points }) => [email!.split("@")[0], Number(points)]))).toEqual(
      wanted,
    );
    for (const { name, points, feedback } of found) {
      expect(readFileSync(join(run, feedback!), "utf8"), name).toContain(points);
    }
  });

  test.runIf(platform === "canvas")("Canvas imports everybody's points", () => {
    const course = STUDENTS.map(({ canvasId, name, id, email }) => ({
      ...{ id: Number(canvasId), name: lastFirst(name), sisId: id, login: email },
    }));
    const { scores, possible, unknown } = importIntoCanvas(readFileSync(join(run, "canvas.csv"), "utf8"), course);
    expect(unknown).toEqual([]);
    expect(possible[TITLE]).toBe("10");
    const byStudent = STUDENTS.map(({ candidate, canvasId }) => [
      candidate,
      Number(scores.get(Number(canvasId))?.[TITLE]),
    ]);
    expect(Object.fromEntries(byStudent)).toEqual(wanted);
  });

  test.runIf(platform === "moodle")("Moodle imports everybody's points and feedback", async () => {
    const users = STUDENTS.map(({ email }) => ({ email }));
    const grades = importIntoMoodle(readFileSync(join(run, "moodle.csv"), "utf8"), users, "Email address");
    const byStudent = STUDENTS.map(({ candidate, email }) => [candidate, grades.get(email)?.[`${TITLE} total`]]);
    expect(Object.fromEntries(byStudent)).toEqual(wanted);

    const numbers = STUDENTS.map((_, index) => index + 1);
    const stored = await uploadFeedbackToMoodle(readFileSync(join(run, "moodle-feedback.zip")), numbers);
    for (const [index, { name, candidate }] of STUDENTS.entries()) {
      expect(Object.keys(stored.get(index + 1)!), name).toEqual(["feedback.html"]);
      expect(stored.get(index + 1)!["feedback.html"], name).toContain(`${wanted[candidate]} of 10 points`);
    }
  });

  test.runIf(platform === "gradescope")("Gradescope gets everybody's points", () => {
    const scores = STUDENTS.map(({ candidate }) => {
      const file = join(run, "gradescope", candidate, "results.json");
      return [candidate, JSON.parse(readFileSync(file, "utf8")).score];
    });
    expect(Object.fromEntries(scores)).toEqual(wanted);
  });
});
