import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import stringWidth from "string-width";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { marksOf } from "../marks/results-marks.ts";
import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Verdict } from "../results/verdict.ts";
import { readResults, writeResults } from "../run/results-file.ts";
import { madeUpAttempt, madeUpNotTaken, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { feedbackReport } from "./feedback/write-feedback.ts";
import { markRun } from "./mark-run.ts";
import { csvText } from "./tables/csv-text.ts";
import { attemptLine, resultsTable, summary } from "./terminal/run-text.ts";
import { writeReports } from "./write-reports.ts";

const plain = { colors: createColors(false), width: 80 };

const ASSIGNMENT: Assignment = {
  title: "Week 3",
  tasks: {
    softmax: { points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } },
    attention: { points: 5, correctness: 1 },
  },
  practice: false,
  software: false,
};

function attempt(candidate: string, task: string, verdict: Verdict): Attempt {
  const one = { index: 0, shape: { n: 1 }, params: {}, data: "plain", group: "tiny", verdict };
  const cases = [{ ...one, message: "", evidence: null, remarks: [], largestShare: 0.5, precisionRatio: Number.NaN }];
  return madeUpAttempt(candidate, task, verdict, { cases, caseCount: 1, durationMs: 1.5 });
}

const run = (...attempts: Attempt[]) =>
  madeUpRun(attempts, { assignment: ASSIGNMENT, caseGroups: { softmax: { tiny: [0] }, attention: { tiny: [0] } } });

const RUN = run(
  attempt("zoe", "softmax", "accepted"),
  attempt("ada", "softmax", "wrong-answer"),
  attempt("ada", "attention", "unsupported"),
  attempt("zoe", "attention", "accepted"),
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("results.json", () => {
  test("is read as it was written", async () => {
    await writeResults(RUN, folder);
    expect(await readResults(folder)).toEqual(RUN);
    await writeResults(run(), folder);
    expect(await readResults(folder)).toEqual(run());
    expect(await readdir(folder)).toEqual(["results.json"]);
  });

  test("has a line for each attempt", async () => {
    const text = await readFile(await writeResults(RUN, folder), "utf8");
    expect(text.split("\n").filter((line) => line.startsWith('    {"schema":1,"candidate":'))).toHaveLength(4);
  });

  test("that is not there", async () => {
    await expect(readResults(folder)).rejects.toMatchObject({
      name: "UserError",
      message: `${folder} does not contain a run: results.json is missing.`,
    });
  });

  test.each([
    ["{", /results\.json is damaged: it is not JSON \(/],
    ["\u001b[31m", /it is not JSON \(Unexpected token '\\u\{1b\}', "\\u\{1b\}\[31m" is not valid JSON\)/],
    ["[]", /is damaged: it contains no results/],
    ['{"schema": 1}', /is damaged, or of another version: `run` is invalid/],
    ['{"schema": 2}', /has version 2 of the results' schema, but this Kernelmark reads version 1\./],
  ])("that is %s", async (text, message) => {
    await writeFile(join(folder, "results.json"), text);
    await expect(readResults(folder)).rejects.toThrow(message);
  });

  test("with one invalid field", async () => {
    const path = await writeResults(RUN, folder);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace('"verdict":"accepted"', '"verdict":"excellent"'));
    await expect(readResults(folder)).rejects.toThrow("`attempts.0.verdict` is invalid");
  });

  test("that lacks the cases of a task", async () => {
    const path = await writeResults(RUN, folder);
    const { caseGroups, ...others } = JSON.parse(await readFile(path, "utf8"));
    const text = JSON.stringify({ ...others, caseGroups: { " softmax": caseGroups.softmax } });
    await writeFile(path, text);
    await expect(readResults(folder)).rejects.toThrow("`caseGroups` lacks the task of an attempt, softmax");
  });
});

describe("marks.csv", () => {
  test("has a row for each candidate", async () => {
    await writeReports(markRun(RUN), folder);
    expect(await readFile(join(folder, "marks.csv"), "utf8")).toBe(
      [
        "\ufeffcandidate,softmax verdict,softmax points,attention verdict,attention points,total,max,remarks",
        "ada,wrong-answer,0,unsupported,held,0,11,softmax: 0 of 1 groups of cases passed; speed is not marked on a software adapter. attention: held for manual review: this adapter lacks a feature that the plan requires.",
        "zoe,accepted,6,accepted,5,11,11,softmax: speed is not marked on a software adapter.",
        "",
      ].join("\n"),
    );
  });

  test("has names and sections, if there is a roster", async () => {
    const roster = [madeUpPerson("zoe", { name: "Zoë Ng", section: "=B" })];
    await writeReports(markRun({ ...RUN, roster }), folder);
    const [header, ada, zoe] = (await readFile(join(folder, "marks.csv"), "utf8")).split("\n");
    expect(header).toMatch(/^\ufeffcandidate,name,section,softmax verdict,/);
    expect(ada).toMatch(/^ada,,,wrong-answer,/);
    expect(zoe).toMatch(/^zoe,Zoë Ng,'=B,accepted,/);
  });

  test("has names as text", async () => {
    const named = run(attempt('=HYPERLINK("http://x","y")', "softmax", "accepted"));
    await writeReports(markRun(named), folder);
    expect(await readFile(join(folder, "marks.csv"), "utf8")).toContain(
      `\n"'=HYPERLINK(""http://x"",""y"")",accepted,`,
    );
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@sum", "'@sum"],
    ["\tx", "'\tx"],
    ["\rx", "'\nx"],
    ["  =1", "'  =1"],
    ["\u00a0=1", "'\u00a0=1"],
    ["＝1", "'＝1"],
    ["＠x", "'＠x"],
    ["\u0000=1", "'=1"],
    ["\u202e=1", "'=1"],
    ["a=1", "a=1"],
    ["a\u001b[31m", "a[31m"],
    ["é", "é"],
  ])("a cell with %j becomes %j", (text, expected) => {
    expect(csvText(text)).toBe(expected);
  });
});

test("a report on one candidate has only their files that were not taken", () => {
  const notTaken = [madeUpNotTaken("zoe", "a.pdf", ""), madeUpNotTaken("ada", "b.pdf", "")];
  expect(markRun({ ...RUN, notTaken }, "zoe").results.notTaken).toEqual([notTaken[0]]);
});

test("candidates of whom nothing was graded get feedback too", async () => {
  const notTaken = [madeUpNotTaken("eve", "report.pdf", ""), madeUpNotTaken("ada", "a.pdf", "")];
  await writeReports(markRun({ ...RUN, notTaken }), folder, [feedbackReport]);
  expect((await readdir(join(folder, "feedback"))).filter((name) => name.endsWith(".md"))).toEqual([
    "ada.md",
    "eve.md",
    "zoe.md",
  ]);
});

describe("the terminal", () => {
  test("has a table by task and candidate", () => {
    expect(resultsTable(RUN, marksOf(RUN), plain)).toBe(
      [
        "task       candidate  verdict               points",
        "softmax    ada        wrong-answer          0 of 6",
        "softmax    zoe        accepted              6 of 6",
        "attention  ada        unsupported             held",
        "attention  zoe        accepted              5 of 5",
      ].join("\n"),
    );
  });

  test("shows people's names and sections, unless the folder's name has them", () => {
    const people = run(
      ...["zoe", "ada", "eve", "Li Wei (3)"].map((candidate) => attempt(candidate, "softmax", "accepted")),
    );
    const roster = [
      madeUpPerson("zoe", { name: "Zoë Ng", section: "B" }),
      madeUpPerson("eve", { section: "A" }),
      madeUpPerson("Li Wei (3)", { name: "Wei, Lí", section: "A" }),
    ];
    const lines = resultsTable({ ...people, roster }, marksOf(people), plain).split("\n");
    expect(lines.slice(1).map((line) => line.slice(9, 26).trimEnd())).toEqual([
      "Li Wei (3), A",
      "ada",
      "eve, A",
      "Zoë Ng (zoe), B",
    ]);
  });

  test("fits 80 columns, and cuts long names", () => {
    const long = run(attempt("名".repeat(100), "softmax", "accepted"), attempt("x".repeat(300), "softmax", "missing"));
    const lines = resultsTable(long, marksOf(long), plain).split("\n");
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/x… {2}missing/);
    expect(lines[2]).toMatch(/名… +accepted/);
    const line = attemptLine(
      { ...long.attempts[0]!, verdict: "wrong-answer", message: "long ".repeat(99) },
      1,
      10,
      plain,
    );
    expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test("has a line for each new attempt", () => {
    expect(attemptLine(RUN.attempts[0]!, 1, 12, plain)).toBe(" 1/12  softmax           zoe             accepted");
    expect(attemptLine(RUN.attempts[1]!, 12, 12, plain)).toBe(
      "12/12  softmax           ada             wrong-answer   What happened.",
    );
    const missing = attempt("ada", "attention", "missing");
    expect(attemptLine(missing, 3, 12, plain)).toBe(" 3/12  attention         ada             missing");
  });

  test("sums up", () => {
    const text = summary(RUN, marksOf(RUN), ["reports/run/results.json"], plain);
    expect(text).toContain("Graded 4 submissions: 2 accepted, 1 unsupported, 1 wrong-answer.");
    const lacking = run(...RUN.attempts, attempt("ada", "attention", "missing"));
    expect(summary(lacking, marksOf(lacking), [], plain)).toMatch(
      /^Graded 4 submissions: .*1 wrong-answer; 1 missing\.$/m,
    );
    expect(text).toContain("Reports\n  reports/run/results.json");
    const practice = { ...RUN, assignment: { ...ASSIGNMENT, practice: true } };
    expect(summary(practice, marksOf(practice), [], plain)).toContain("Practice run: marks are indicative.");
    expect(summary(run(), marksOf(run()), [], plain)).toContain("Graded 0 submissions: nothing to do.");
  });

  test("escapes names", () => {
    const nasty = run(attempt("\u001b[2Jx\u202ey\nz", "softmax", "accepted"));
    const text = summary(nasty, marksOf(nasty), [], plain) + attemptLine(nasty.attempts[0]!, 1, 1, plain);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
    expect(text).toContain("\\u{1b}[2Jx\\u{202e}y\\u{a}z");
  });
});
