import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Results } from "../results/results.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const week = join(folder, "week-3");
const assignment = join(folder, "week-3.yaml");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Puts an example's softmax into a candidate's folder. */
function handIn(candidate: string, example: string): void {
  mkdirSync(join(week, candidate), { recursive: true });
  for (const name of ["softmax.ts", "softmax.wgsl"]) {
    cpSync(join(packageRoot(), "submissions", example, name), join(week, candidate, name));
  }
}

function writeCollected(hours: Readonly<Record<string, string>>): void {
  const header = "candidate,from,received,late,name,email,login,id,status,note";
  const rows = Object.entries(hours).map(
    ([candidate, received]) => `${candidate},${candidate},${received},,,,,,collected,`,
  );
  writeFileSync(join(week, "collected.csv"), [header, ...rows, ""].join("\n"));
}

/** Runs `kernelmark grade`; resolves with its exit code and what it printed. */
function grade(...args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  const child = spawn(process.execPath, [launcher, "grade", week, ...args], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, text })));
}

const resultsOf = (run: string): Results => JSON.parse(readFileSync(join(run, "results.json"), "utf8"));
/** The candidates' totals and remarks. */
const marksOf = (run: string) =>
  Object.fromEntries(
    (parse(readFileSync(join(run, "marks.csv"), "utf8")) as string[][])
      .slice(1)
      .map((row) => [row[0], [row.at(-3), row.at(-1)]]),
  );

beforeAll(() => {
  writeFileSync(
    assignment,
    `title: Week 3
deadline: 2026-05-04T18:00:00Z
late: { perDay: 10 %, extensions: extensions.csv }
attempts: best
adjustments: adjustments.csv
teams: teams.csv
tasks:
  softmax: { points: 10 }
`,
  );
  writeFileSync(join(folder, "extensions.csv"), "candidate,extra\nbob,2d\n");
  writeFileSync(join(folder, "adjustments.csv"), "candidate,task,change,reason\ncem,softmax,-1,wrong form\n");
  writeFileSync(join(folder, "teams.csv"), "team,candidate\nred,cem\nred,dan\n");
  handIn("ada", "plain");
  handIn("bob", "plain");
  handIn("red", "plain");
});

const monday = join(folder, "monday");
const tuesday = join(folder, "tuesday");

it("grades with the hand-in times of collected.csv and the files that the assignment names", async () => {
  writeCollected({ ada: "2026-05-04T19:00:00Z", bob: "2026-05-05T19:00:00Z", red: "" });
  const { code, text } = await grade("--assignment", assignment, "--no-measure", "--out", monday);
  expect(code).toBe(0);
  expect(text).toContain("ada, softmax: 9 of 10, 1 day late: 10 % off");
  expect(text.replace(/\s+/g, " ")).toContain("The hand-in time is unknown for `red`: counted as on time.");
  expect(marksOf(monday)).toEqual({
    ada: ["9", "softmax: 1 day late: 10 % off."],
    bob: ["10", "softmax: deadline extended to 2026-05-06T18:00:00Z."],
    cem: ["9", "softmax: hand-in time unknown: counted as on time; -1: wrong form. Total: team red."],
    dan: ["10", "softmax: hand-in time unknown: counted as on time. Total: team red."],
  });
});

it("counts the best attempt of the runs that it continues, and keeps adjustments", async () => {
  // Ada's is worse, Bob's as it was but later, the team's known now.
  handIn("ada", "wrong-answer");
  writeCollected({ ada: "2026-05-05T19:00:00Z", bob: "2026-05-20T19:00:00Z", red: "2026-05-01T19:00:00Z" });
  rmSync(join(folder, "adjustments.csv"));
  const withoutFile = readFileSync(assignment, "utf8").replace("adjustments: adjustments.csv\n", "");
  writeFileSync(assignment, withoutFile);
  const args = ["--again", monday, "--assignment", assignment, "--no-measure", "--out", tuesday];
  expect((await grade(...args)).code).toBe(0);
  expect(marksOf(tuesday)).toEqual({
    ada: ["9", "softmax: best attempt, of monday; 1 day late: 10 % off."],
    bob: ["10", "softmax: best attempt, of monday; deadline extended to 2026-05-06T18:00:00Z."],
    cem: ["9", "softmax: -1: wrong form. Total: team red."],
    dan: ["10", "Total: team red."],
  });
  const { earlier, attempts } = resultsOf(tuesday);
  expect(earlier!.map(({ run }) => run)).toEqual(["monday"]);
  expect(attempts.find(({ candidate }) => candidate === "ada")!.verdict).toBe("wrong-answer");
});

it("keeps times, teams and adjustments if it is resumed", async () => {
  rmSync(join(week, "collected.csv"));
  const before = marksOf(tuesday);
  expect((await grade("--resume", tuesday, "--no-measure")).code).toBe(0);
  expect(marksOf(tuesday)).toEqual(before);
});

it("refuses mistakes in these files before anything is graded", async () => {
  writeFileSync(join(folder, "extensions.csv"), "candidate,extra\nbobb,2\n");
  const { code, text } = await grade("--assignment", assignment, "--out", join(folder, "refused"));
  expect(code).toBe(2);
  expect(text).toContain('extensions.csv:2: There is no candidate "bobb". Did you mean "bob"?');
  expect(text).toContain('extensions.csv:2: `extra` must be a time span such as 12h or 2d, but is "2".');
});
