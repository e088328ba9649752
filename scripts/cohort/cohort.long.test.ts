import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CollectPlan, planCollection } from "../../harness/intake/collect.ts";
import type { CollectedEntry } from "../../harness/intake/collected-file.ts";
import { type Download, openDownload } from "../../harness/intake/download.ts";
import { parseRoster } from "../../harness/marks/roster-file.ts";
import { HABITS } from "./habits.ts";
import { rosterText, STUDENTS, type Student } from "./people.ts";
import { isLate, LAYOUTS, type Layout, receivedAt, TEAM, writeCohort } from "./write-cohort.ts";

const TASKS = ["softmax", "attention", "matmul", "matmul-int8"];
const byCandidate = new Map(STUDENTS.map((student) => [student.candidate, student]));
/** With what the rosters of GitHub Classroom and Canvas say. */
const ROSTER = parseRoster(rosterText(), "roster.csv").map((entry) => ({
  ...entry,
  login: byCandidate.get(entry.candidate)?.login ?? "",
  platformId: byCandidate.get(entry.candidate)?.canvasId ?? "",
}));

describe.each(LAYOUTS)("the cohort as %s", (layout) => {
  let folder: string;
  let download: Download;
  let plan: CollectPlan;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cohort-"));
    download = await openDownload(await writeCohort(layout, folder));
    plan = await planCollection(download.root, { taskNames: TASKS, roster: ROSTER, mapping: [] });
  });
  afterAll(async () => {
    await download.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("maps everybody to themselves, and says why if not", () => {
    const mapped = Object.fromEntries(STUDENTS.map((student) => [student.candidate, standing(student, plan)]));
    expect(mapped).toEqual(
      Object.fromEntries(STUDENTS.map((student) => [student.candidate, expected(student, layout)])),
    );
  });

  test("gives each candidate the files that can be graded, and nobody else", () => {
    const found = plan.copies.map(({ candidate, files }) => [candidate, [...files.keys()].sort()]);
    const readme = layout === "classroom" ? ["README.md"] : [];
    const wanted = STUDENTS.filter((student) => expected(student, layout) === "collected").map(
      ({ candidate, habit }) => [candidate, [...new Set([...HABITS[habit]!.becomes!, ...readme])].sort()],
    );
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
    expect(plan.absent.map(({ candidate }) => candidate)).toContain("absent");
    const ignored = plan.entries.filter(({ status }) => status === "ignored").map(({ from }) => from);
    expect(ignored).toEqual(["zips", "plain", "classroom"].includes(layout) ? ["grades.xlsx", "roster.csv"] : []);
  });

  test("takes the newest version, and says so", async () => {
    for (const student of STUDENTS) {
      const { day, says } = HABITS[student.habit]!;
      if (expected(student, layout) === "absent") continue;
      if (says !== undefined) expect(entryOf(student, plan)?.note, student.habit).toMatch(says);
      if (day === undefined) continue;
      const { files } = plan.copies.find(({ candidate }) => candidate === student.candidate)!;
      const text = Buffer.from(await files.get("softmax.ts")!.read()).toString();
      expect(text, student.habit).toContain(`// Written on day ${day}\n`);
    }
  });

  test("keeps the times, marks and ids that the platform states", () => {
    for (const student of STUDENTS.filter((one) => expected(one, layout) === "collected")) {
      const { id, canvasId, canvas: login } = student;
      const entry = entryOf(student, plan);
      const late = layout === "canvas" && isLate(student) ? "yes" : "";
      expect(entry).toMatchObject({ late, received: layout === "gradescope" ? receivedAt(student) : "" });
      if (layout === "canvas") expect(entry).toMatchObject({ id: canvasId, login });
      if (layout === "gradescope") expect(entry).toMatchObject({ id });
    }
  });
});

/** The line of a student, by what the layout says about them, not by where it was mapped. */
function entryOf({ name, email, login, canvasId, folder }: Student, plan: CollectPlan): CollectedEntry | undefined {
  const froms = [folder, `${folder}.zip`, `gpu-week3-${login}`];
  return plan.entries.find(
    (entry) =>
      (plan.layout === "Gradescope export" && entry.email === email) ||
      (plan.layout === "Canvas download" && entry.id === canvasId) ||
      (plan.layout === "Moodle download" && entry.name === name) ||
      froms.includes(entry.from),
  );
}

function standing(student: Student, plan: CollectPlan): string {
  const entry = entryOf(student, plan);
  if (entry === undefined || entry.status !== "collected") return entry?.status ?? "absent";
  return entry.candidate === student.candidate
    ? "collected"
    : entry.candidate === TEAM[0]
      ? "in a team"
      : entry.candidate;
}

/** What each student's hand-in is to come to, whatever the code does. */
function expected({ candidate, habit }: Student, layout: Layout): string {
  // A download of files does not hold those who handed in none.
  const isExport = ["canvas", "moodle", "moodle-flat", "gradescope"].includes(layout);
  if (habit === "nothing" && isExport) return "absent";
  if (["two places", "link", "leaving zip", "locked zip"].includes(habit)) return "unclear";
  // The files of a team are in the folder of the first.
  return layout === "gradescope" && candidate === TEAM[1] ? "in a team" : "collected";
}
