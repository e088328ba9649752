import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatCollected } from "../report/tables/collected-csv.ts";
import { UserError } from "../text/user-error.ts";
import { type CollectedEntry, parseCollected, readCollected } from "./collected-file.ts";

const HEADER = "candidate,from,received,late,name,email,login,id,status,note";

function entry(fields: Partial<CollectedEntry>): CollectedEntry {
  const empty = { candidate: "", from: "x", received: "", late: "", name: "", email: "", login: "", id: "", note: "" };
  return { ...empty, status: "unclear", ...fields } as CollectedEntry;
}

const ENTRIES = [
  entry({
    candidate: "ada",
    from: "lovelaceada*_1_*",
    received: "2026-11-27T10:00:00+01:00",
    late: "yes",
    name: "Ada Lovelace",
    email: "ada@example.edu",
    login: "lovelace",
    id: "1",
    status: "collected",
    note: '`a` is taken, "b" is not.',
  }),
  entry({ candidate: "=HYPERLINK(1)", from: "-12 ", status: "collected" }),
  entry({ candidate: "'t Hooft", from: "+49", status: "collected" }),
  entry({ from: "@x", status: "ignored" }),
];

test("what is written is read again, formulas and blanks included", () => {
  const text = formatCollected(ENTRIES);
  expect(text.startsWith(`\ufeff${HEADER}\n`)).toBe(true);
  expect(text).toContain(",'+49,");
  expect(parseCollected(text, "collected.csv")).toEqual(ENTRIES);
});

test("reads what spreadsheets make of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mapping-"));
  try {
    const file = join(folder, "collected.csv");
    const tabs = formatCollected([ENTRIES[2]!]).replaceAll(",", "\t");
    writeFileSync(file, Buffer.from(tabs, "utf16le"));
    expect(await readCollected(file)).toEqual([ENTRIES[2]]);
    writeFileSync(file, "From;Status;Candidate\r\nx;COLLECTED;Jürgen\r\n;;\r\n");
    expect(await readCollected(file)).toEqual([entry({ candidate: "Jürgen", status: "collected" })]);
    await expect(readCollected(join(folder, "no.csv"))).rejects.toThrow(/^There is no file .*no\.csv\.$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("several lines with one hand-in are a team", () => {
  const team = [
    entry({ candidate: "ada", name: "Ada", status: "collected" }),
    entry({ candidate: "ada", name: "Bob", status: "collected" }),
  ];
  expect(parseCollected(formatCollected(team), "m.csv")).toEqual(team);
});

test.each([
  ["candidate,from\nada,x", "m.csv has no column `status`.", `Its first line should be ${HEADER}.`],
  ["", "m.csv has no column `candidate`.", `Its first line should be ${HEADER}.`],
  [
    "candidate,from,status\nada,x,colected",
    'Line 2 of m.csv has the status "colected". Did you mean "collected"?',
    "Write collected, unclear or ignored.",
  ],
  [
    "candidate,from,status\nada,,collected",
    "Line 2 of m.csv names no hand-in in `from`.",
    "Restore the path, or delete the line.",
  ],
  [
    "candidate,from,status\n,x,collected",
    "Line 2 of m.csv is collected, but names no candidate.",
    "Write the name of their folder.",
  ],
  [
    "candidate,from,status\na/b,x,collected",
    'Line 2 of m.csv: the candidate "a/b" contains a slash.',
    "Name one folder.",
  ],
  [
    "candidate,from,status\n.a,x,collected",
    'Line 2 of m.csv: ".a" cannot be a folder\'s name. Kernelmark ignores names that begin with a dot. Begin it with a letter.',
    undefined,
  ],
  [
    "candidate,from,status,received\na,x,collected,27.11.2026",
    'Line 2 of m.csv: `received` is "27.11.2026".',
    "Write the time with its offset, such as 2026-11-27T10:00:00+01:00.",
  ],
  [
    "candidate,from,status,received\na,x,collected,2026-11-27T10:00:00",
    'Line 2 of m.csv: `received` is "2026-11-27T10:00:00".',
    "Write the time with its offset, such as 2026-11-27T10:00:00+01:00.",
  ],
  [
    "candidate,from,status,late\na,x,collected,LATE!",
    'Line 2 of m.csv: `late` is "LATE!".',
    'Write "yes", or leave it empty.',
  ],
  [
    "candidate,from,status\na,x,collected\nb,x,collected",
    'Lines 2 and 3 of m.csv map "x" differently.',
    "Give them the same candidate and status: they are a team.",
  ],
  [
    "candidate,from,status\na,x,collected\nA,y,collected",
    'Lines 2 and 3 of m.csv put two hand-ins into the folder "A".',
    "Write `ignored` as the status of one and empty its candidate, or name another candidate.",
  ],
  ['candidate,from,status\n"a,x,collected', "m.csv is not CSV (", "Save it as CSV in your spreadsheet."],
])("refuses %j", (text, message, hint) => {
  let thrown: unknown;
  try {
    parseCollected(text, "m.csv");
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(UserError);
  expect((thrown as UserError).message).toContain(message);
  expect((thrown as UserError).hint).toBe(hint);
});
