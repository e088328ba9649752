import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { madeUpPerson as person } from "../testing/made-up-run.ts";
import { parseRoster, readRoster } from "./roster-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (...text: string[]) => `${text.join("\r\n")}\r\n`;

describe("a roster", () => {
  const ada = person("ada", { name: "Lovelace, Ada", email: "ada@x.org", id: "017", section: "A" });

  it("may have columns in any order, additional columns and any spreadsheet separator", () => {
    expect(parseRoster('candidate,name,email,id,section\nada,"Lovelace, Ada",ada@x.org,017,A\n', "r.csv")).toEqual([
      ada,
    ]);
    expect(
      parseRoster(
        "\ufeffID;Candidate ;x;E-Mail;Name;section\r\n017; ada;1;ada@x.org;Lovelace, Ada;A\r\n\r\n;;;;;\r\n",
        "r.csv",
      ),
    ).toEqual([ada]);
    expect(parseRoster("candidate\tname\nada\tAda\n", "r.csv")).toEqual([person("ada", { name: "Ada" })]);
    expect(parseRoster("candidate\nada\nbob\n", "r.csv")).toEqual([person("ada"), person("bob")]);
    expect(parseRoster('candidate;"Points, of, ten"\nada;9\n', "r.csv")).toEqual([person("ada")]);
  });

  it("may name its separator in a first line, as Excel does, and keep zeros in a formula", () => {
    const text = lines("\ufeffsep=;", 'candidate;name;id;"a,b,c"', 'ada;"Lovelace, Ada";"=""017""";1');
    expect(parseRoster(text, "r.csv")).toEqual([person("ada", { name: "Lovelace, Ada", id: "017" })]);
  });

  it("needs no folder names: until they are found, a login, an e-mail or an id is in their place", () => {
    expect(parseRoster("name,email,login,id\nAda,ada@x.org,al,1\nBob,bob@x.org,,2\nCy,,,3\n", "r.csv")).toEqual([
      person("al", { name: "Ada", email: "ada@x.org", login: "al", id: "1" }),
      person("bob@x.org", { name: "Bob", email: "bob@x.org", id: "2" }),
      person("3", { name: "Cy", id: "3" }),
    ]);
  });

  it("may be Canvas' export of the gradebook", () => {
    const text = lines(
      "Student,ID,SIS User ID,SIS Login ID,Section,Softmax (4711),Current Score",
      ",,,,,Manual Posting,",
      "    Points Possible,,,,,10,(read only)",
      '"Müller, Jürgen",12345,s-100,jm@uni.example.edu,GPU-A,,0',
      '"Nguyen, Thi",12346,s-101,tnguyen,"GPU-A and GPU-B",,0',
      '"Student, Test",99999,,7f3a,GPU-A,,0',
    );
    expect(parseRoster(text, "r.csv")).toEqual([
      person("jm@uni.example.edu", {
        ...{ name: "Müller, Jürgen", email: "jm@uni.example.edu", login: "jm@uni.example.edu", id: "s-100" },
        ...{ section: "GPU-A", sisId: "s-100", platformId: "12345" },
      }),
      person("tnguyen", {
        ...{ name: "Nguyen, Thi", login: "tnguyen", id: "s-101", section: "GPU-A and GPU-B" },
        ...{ sisId: "s-101", platformId: "12346" },
      }),
    ]);
  });

  it("may be Moodle's list of participants, or a grading worksheet", () => {
    const list = lines("First name;Last name;ID number;Email address;Groups", "Séan;O'Brien;77;sean@x.org;B");
    const sean = { name: "Séan O'Brien", email: "sean@x.org", id: "77" };
    expect(parseRoster(list, "r.csv")).toEqual([person("sean@x.org", { ...sean, section: "B" })]);
    const sheet = lines(
      "Identifier,Full name,ID number,Email address,Status",
      "Participant 123,Séan O'Brien,77,sean@x.org,-",
    );
    expect(parseRoster(sheet, "r.csv")).toEqual([person("sean@x.org", { ...sean, platformId: "Participant 123" })]);
  });

  it("may be GitHub Classroom's, whatever the teacher chose as identifier", () => {
    const text = lines(
      '"identifier","github_username","github_id","name"',
      '"ada@x.org","lovelace","1","Ada Lovelace"',
      '"Grace Hopper","","",""',
      '"s-100","octo-cat","3",""',
    );
    expect(parseRoster(text, "r.csv")).toEqual([
      person("lovelace", { name: "Ada Lovelace", email: "ada@x.org", login: "lovelace" }),
      person("Grace Hopper", { name: "Grace Hopper" }),
      person("octo-cat", { login: "octo-cat", id: "s-100" }),
    ]);
  });

  it("of each kind in docs/rosters.md is the same person", () => {
    const page = readFileSync(join(packageRoot(), "docs", "rosters.md"), "utf8");
    const rosters = Array.from(page.matchAll(/^```csv\n(.*?)^```$/gms), ([, text]) => parseRoster(text!, "r.csv"));
    expect(rosters).toHaveLength(4);
    for (const people of rosters) expect(people.map(({ email }) => email)).toEqual(["alice@example.org"]);
  });

  it("may be UTF-16, as spreadsheets save text", async () => {
    const file = join(folder, "utf16.csv");
    const bytes = Buffer.from("\ufeffcandidate\tname\nzoe\tZoë\n", "utf16le");
    writeFileSync(file, bytes);
    expect(await readRoster(file)).toEqual([person("zoe", { name: "Zoë" })]);
    writeFileSync(file, bytes.swap16());
    expect(await readRoster(file)).toEqual([person("zoe", { name: "Zoë" })]);
  });

  const OWN = "candidate,name,email,login,id,section";
  it.each([
    ["", "r.csv is empty.", `Its first line should be ${OWN}.`],
    [
      "Vorname,Nachname\nAda,Lovelace\n",
      "r.csv has no column that identifies people.",
      `Its first line should be ${OWN}, or that of an export from Canvas, Moodle or GitHub Classroom.`,
    ],
    ["candidate,name\n", "r.csv lists nobody.", "Add a line for each person."],
    ["Student,ID\nPoints Possible,\n", "r.csv lists nobody.", "Add a line for each person."],
    [
      "candidate,email\nada,a@x\nbob,b@x\nada,c@x\n",
      'Lines 2 and 4 of r.csv have the same candidate, "ada".',
      "Each line is one person: correct or delete one of the two.",
    ],
    ["candidate,email\nada,a@x\nbob,A@x\n", 'Lines 2 and 3 of r.csv have the same email, "A@x".', "Each line"],
    ["sep=,\ncandidate,id\nada,1\nbob,1\n", 'Lines 3 and 4 of r.csv have the same id, "1".', "Each line"],
    ["email,login\na@x,al\nb@x,AL\n", 'Lines 2 and 3 of r.csv have the same login, "AL".', "Each line"],
    ["Student,ID\nA,7\nB,7\n", 'Lines 2 and 3 of r.csv have the same platform ID, "7".', "Each line"],
    [
      "candidate,section\nada,A\n ,A\n",
      "Line 3 of r.csv names nobody.",
      "Add the name of their folder, or their e-mail.",
    ],
    ["candidate,id,ID\nada,1,2\n", "r.csv has two columns `id`.", "Delete one of them."],
    [
      "candidate,name\nada,Lovelace, Ada\n",
      "Line 2 of r.csv has 3 cells, but the header has 2.",
      "Put cells that contain the separator into quotes.",
    ],
    ['candidate,name\nada,"x', /^r\.csv is not CSV \(Quote Not Closed/, "Save it as CSV in your spreadsheet."],
    [
      '\u007f"',
      'r.csv is not CSV (Invalid Opening Quote: a quote is found on field 0 at line 1, value is "\\u{7f}").',
      "Save it as CSV in your spreadsheet.",
    ],
    ["c\0a\0n\0", "r.csv contains null characters.", "Save it as CSV UTF-8 in your spreadsheet."],
  ])("%j is refused, with the place and the fix", (text, message, hint) => {
    expect(() => parseRoster(text, "r.csv")).toThrow(message);
    expect(() => parseRoster(text, "r.csv")).toThrow(
      expect.objectContaining({ name: "UserError", hint: expect.stringContaining(hint) }),
    );
  });

  it("that is missing, unreadable or not text is refused", async () => {
    const file = join(folder, "roster.csv");
    await expect(readRoster(file)).rejects.toMatchObject({ name: "UserError", message: `There is no file ${file}.` });
    await expect(readRoster(folder)).rejects.toThrow(`${folder} cannot be read (EISDIR).`);
    writeFileSync(file, Buffer.from("candidate,name\nada,Zo\xeb\n", "latin1"));
    await expect(readRoster(file)).rejects.toThrow(`${file} is not UTF-8 text.`);
  });
});
