import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseAdjustments, readAdjustments } from "./adjustments-file.ts";
import { parseExtensions } from "./extensions-file.ts";
import { parseReceived, receivedFrom } from "./received-file.ts";
import { absentTeams, parseTeams } from "./teams-file.ts";

const KNOWN = { candidates: ["ada", "bob", "zo\u0308e"], tasks: { softmax: 10, attention: 5 } };
const DEADLINE = "2026-05-04T18:00:00Z";

describe("adjustments", () => {
  const read = (rows: string) => parseAdjustments(`candidate,task,points,change,reason\n${rows}`, "adj.csv", KNOWN);

  test("set or change marks, with their reasons", () => {
    expect(read("ada,softmax,7.5,,read by hand\nada,,,-1,late form\nbob,attention,,+2,typo\n")).toEqual([
      { candidate: "ada", task: "softmax", points: 7.5, reason: "read by hand" },
      { candidate: "ada", change: -1, reason: "late form" },
      { candidate: "bob", task: "attention", change: 2, reason: "typo" },
    ]);
  });

  test("may come from a spreadsheet with decimal commas, and with names in another Unicode form", () => {
    const text = "\ufeffReason;Candidate;Change;grader\r\ntypo;z\u00f6e;0,5;x\r\n";
    expect(parseAdjustments(text, "adj.csv", KNOWN)).toEqual([{ candidate: "zo\u0308e", change: 0.5, reason: "typo" }]);
  });

  test.each([
    ["adda,softmax,3,,x", 'adj.csv:2: There is no candidate "adda". Did you mean "ada"?'],
    [",softmax,3,,x", "adj.csv:2: The candidate is missing."],
    ["ada,sofmax,3,,x", 'adj.csv:2: "sofmax" is not a task of the assignment. Did you mean "softmax"?'],
    ["ada,softmax,,,x", "It has neither `points` nor `change`: `points` sets the mark, `change` adds to it."],
    ["ada,softmax,3,4,x", "It has both `points` and `change`: `points` sets the mark, `change` adds to it."],
    ["ada,softmax,seven,,x", '`points` must be a number, but is "seven".'],
    ["ada,softmax,,1e3,x", '`change` must be a number, but is "1e3".'],
    ["ada,,3,,x", "`points` needs a task: to change the total, use `change`."],
    ["ada,softmax,-3,,x", "`points` must not be negative; it is -3."],
    ["ada,softmax,30,,x", "30 points are more than softmax is worth, 10: to go beyond, use `change`."],
    ["ada,softmax,3,,", "The reason is missing: it is shown wherever the mark is shown."],
    [
      "ada,softmax,3,,x\nada,softmax,4,,y",
      'adj.csv:3: The mark of "ada" for "softmax" is on line 2 already: keep one of the two.',
    ],
  ])("%j is refused, with the line", (rows, message) => {
    expect(() => read(rows)).toThrow(message);
  });

  test("name all problems at once, but not hundreds", () => {
    const message = (rows: number) => {
      try {
        read("eve,softmax,3,,x\n".repeat(rows));
      } catch (error) {
        return error as Error & { hint: string };
      }
      throw new Error("accepted");
    };
    expect(message(2).message.split("\n")).toHaveLength(3);
    expect(message(2).hint).toBe("Fix the 3 problems in adj.csv and try again.");
    expect(message(300).message).toMatch(/\n589 more problems not shown\.$/);
  });

  test.each([
    ["candidate,task\n", "adj.csv has no column `points` or `change`."],
    ["candidate,points\n", "adj.csv has no column `reason`."],
    ["", "adj.csv has no column `candidate`."],
    ['candidate,change,reason\nada,1,"x', /^adj\.csv is not CSV \(/],
  ])("%j is not a table of adjustments", (text, message) => {
    expect(() => parseAdjustments(text, "adj.csv", KNOWN)).toThrow(message);
  });

  test("are read from a file, which must exist", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "adj.csv");
    await expect(readAdjustments(file, KNOWN)).rejects.toThrow(`There is no file ${file}.`);
    await writeFile(file, "candidate,change,reason\nada,1,typo\n");
    expect(await readAdjustments(file, KNOWN)).toEqual([{ candidate: "ada", change: 1, reason: "typo" }]);
  });
});

describe("extensions", () => {
  const read = (rows: string) =>
    parseExtensions(`candidate,until,extra,days,task\n${rows}`, "ext.csv", KNOWN, DEADLINE);

  test("move a deadline, of all tasks or of one, and change late days", () => {
    expect(read("ada,2026-05-06T18:00:00+02:00,,,\nada,,36h,,softmax\nbob,,,1,\n")).toEqual([
      { candidate: "ada", until: "2026-05-06T18:00:00+02:00" },
      { candidate: "ada", task: "softmax", extra: "36h" },
      { candidate: "bob", days: 1 },
    ]);
  });

  test.each([
    ["adda,,1d,,", 'ext.csv:2: There is no candidate "adda". Did you mean "ada"?'],
    ["ada,tomorrow,,,", "`until` must be a date and time with a time zone, such as 2026-05-04T18:00:00+02:00, but is"],
    ["ada,2026-05-06T18:00:00,,,", "`until` must be a date and time with a time zone"],
    [
      "ada,2026-05-01T00:00:00Z,,,",
      "`until` is before the deadline, 2026-05-04T18:00:00Z: an extension must end later.",
    ],
    ["ada,,2,,", '`extra` must be a time span such as 12h or 2d, but is "2".'],
    ["ada,,,x,", '`days` must be a whole number of late days, but is "x".'],
    ["ada,,,1,softmax", "Late `days` are for all tasks together: leave `task` empty."],
    ["ada,2026-05-09T00:00:00Z,1d,,", "It has both `until` and `extra`: keep one of them."],
    ["ada,,,,", "It has neither `until` nor `extra` nor `days`: say how long the extension is."],
    ["ada,,1d,,sofmax", '"sofmax" is not a task of the assignment. Did you mean "softmax"?'],
    ["ada,,1d,,\nada,,2d,,", 'ext.csv:3: The extension of "ada" is on line 2 already: keep one of the two.'],
  ])("%j is refused, with the line", (rows, message) => {
    expect(() => read(rows)).toThrow(message);
  });
});

describe("hand-in times", () => {
  test("are those of a candidate, or of a task; empty ones are unknown", () => {
    const text = "candidate,received,task\nada,2026-05-04T17:00:00Z,\nada,2026-05-04T19:00:00+02:00,softmax\nbob,,\n";
    expect(parseReceived(text, "times.csv")).toEqual([
      { candidate: "ada", at: "2026-05-04T17:00:00Z" },
      { candidate: "ada", task: "softmax", at: "2026-05-04T19:00:00+02:00" },
    ]);
  });

  test.each([
    ["candidate\nada\n", "times.csv has no column `received`."],
    ["candidate,received\nada,4 May\n", "times.csv:2: `received` must be a date and time with a time zone, such as"],
    ["candidate,received\nada,2026-05-04T17:00:00\n", "with a time zone"],
    ["candidate,received\n,2026-05-04T17:00:00Z\n", "times.csv:2: The candidate is missing."],
  ])("%j is refused", (text, message) => {
    expect(() => parseReceived(text, "times.csv")).toThrow(message);
  });

  test("of collected.csv are kept, and late ones without a time are named", () => {
    const entries = [
      { candidate: "ada", received: "2026-05-04T17:00:00Z", late: "" },
      { candidate: "bob", received: "", late: "yes" },
      { candidate: "eve", received: "", late: "" },
      { candidate: "", received: "", late: "yes" },
    ];
    const { received, remarks } = receivedFrom(entries, "collected.csv");
    expect(received).toEqual([{ candidate: "ada", at: "2026-05-04T17:00:00Z" }]);
    expect(remarks).toEqual([
      "`bob` is late, as the platform says, but the hand-in time is unknown: counted as on time. Add the time to collected.csv.",
    ]);
    expect(() => receivedFrom([{ candidate: "ada", received: "May", late: "" }], "collected.csv")).toThrow(
      'The time of "ada" in collected.csv must be a date and time with a time zone',
    );
  });
});

describe("teams", () => {
  const read = (rows: string) => parseTeams(`team,candidate\n${rows}`, "teams.csv", ["red", "blu\u0308e", "eve"]);

  test("are folders with several people", () => {
    expect(read("red,ada\nred,bob\nbl\u00fce,cem\n")).toEqual([
      { team: "red", candidate: "ada" },
      { team: "red", candidate: "bob" },
      { team: "blu\u0308e", candidate: "cem" },
    ]);
  });

  test.each([
    ["red,ada\nblue,ada", 'teams.csv:3: The candidate "ada" is on line 2 already: keep one of the two.'],
    [",ada", "teams.csv:2: The team is missing: it is the name of a folder."],
    ["red,", "teams.csv:2: The candidate is missing."],
    ["red,eve", '"eve" is in a team, but has a folder as well: move or remove one of the two.'],
  ])("%j is refused, with the line", (rows, message) => {
    expect(() => read(rows)).toThrow(message);
  });

  test("without a folder are named, with the folder that is probably theirs", () => {
    const teams = [
      { team: "red", candidate: "ada" },
      { team: "green", candidate: "bob" },
    ];
    expect(absentTeams(teams, ["red", "gren"])).toEqual([
      "The team `green` has no folder, so its members have submitted nothing. Did you mean `gren`?",
    ]);
  });
});
