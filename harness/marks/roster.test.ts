import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RosterEntry } from "../results/roster.ts";
import { matchRoster } from "./match-roster.ts";
import { parseRoster, readRoster } from "./roster-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const person = (candidate: string): RosterEntry => ({
  ...{ candidate, name: "", email: "", id: "", section: "" },
  ...{ login: "", sisId: "", platformId: "" },
});

describe("a roster", () => {
  it("may have columns in any order, additional columns and any spreadsheet separator", () => {
    const ada = { ...person("ada"), name: "Lovelace, Ada", email: "ada@x.org", id: "017", section: "A" };
    expect(parseRoster('candidate,name,email,id,section\nada,"Lovelace, Ada",ada@x.org,017,A\n', "r.csv")).toEqual([
      ada,
    ]);
    expect(
      parseRoster(
        "\ufeffID;Candidate ;x;Email;Name;section\r\n017; ada;1;ada@x.org;Lovelace, Ada;A\r\n\r\n;;;;;\r\n",
        "r.csv",
      ),
    ).toEqual([ada]);
    expect(parseRoster("candidate\tname\nada\tAda\n", "r.csv")).toEqual([{ ...person("ada"), name: "Ada" }]);
    expect(parseRoster("platformid,candidate,SISID,login\n12,ada,S1,al1\n", "r.csv")).toEqual([
      { ...person("ada"), login: "al1", sisId: "S1", platformId: "12" },
    ]);
    expect(parseRoster("candidate\nada\nbob\n", "r.csv")).toEqual([person("ada"), person("bob")]);
  });

  it.each([
    ["candidate,email\nada,a@x\nbob,b@x\nada,c@x\n", 'Lines 2 and 4 of r.csv have the same candidate, "ada".'],
    ["candidate,email\nada,a@x\nbob,A@x\n", 'Lines 2 and 3 of r.csv have the same email, "A@x".'],
    ["candidate,id\nada,1\nbob,1\n", 'Lines 2 and 3 of r.csv have the same id, "1".'],
    ["candidate,id\nada,1\n ,2\n", "Line 3 of r.csv names no candidate."],
    ["name,email\nada,a@x\n", "r.csv has no column `candidate`."],
    ["", "r.csv has no column `candidate`."],
    ['candidate,name\nada,"x', /^r\.csv is not CSV \(/],
  ])("%j is refused, with the lines", (text, message) => {
    expect(() => parseRoster(text, "r.csv")).toThrow(message);
  });

  it("that is missing, unreadable or not text is refused", async () => {
    const file = join(folder, "roster.csv");
    await expect(readRoster(file)).rejects.toMatchObject({ name: "UserError", message: `There is no file ${file}.` });
    await expect(readRoster(folder)).rejects.toThrow(`${folder} cannot be read (EISDIR).`);
    writeFileSync(file, Buffer.from("candidate,name\nada,Zo\xeb\n", "latin1"));
    await expect(readRoster(file)).rejects.toThrow(`${file} is not UTF-8 text.`);
  });
});

describe("folders", () => {
  it("that differ from the roster only in case or Unicode form are matched, with a warning", () => {
    const { roster, remarks } = matchRoster([person("Ada"), person("z\u00f6e")], ["ada", "zo\u0308e"]);
    expect(roster.map(({ candidate }) => candidate)).toEqual(["ada", "zo\u0308e"]);
    expect(remarks[0]).toBe(
      "The folder `ada` is matched to `Ada` on the roster: they differ only in case or Unicode form.",
    );
  });

  it("that match a name exactly are not matched to another", () => {
    const { roster, remarks } = matchRoster([person("Ada"), person("ADA")], ["Ada", "ada"]);
    expect(roster.map(({ candidate }) => candidate)).toEqual(["Ada", "ada"]);
    expect(remarks).toHaveLength(1);
  });

  it("that both match one candidate are refused, before anything is graded", () => {
    expect(() => matchRoster([person("ada")], ["Ada", "ADA"])).toThrow(
      "`ada` on the roster matches more than one folder: `Ada`, `ADA`.",
    );
  });

  it("that are not on the roster give a warning, with their likely owner", () => {
    const { roster, remarks } = matchRoster([person("alice"), person("bob")], ["alcie", "bob", "\u001b[31m"]);
    expect(roster.map(({ candidate }) => candidate)).toEqual(["alice", "bob"]);
    expect(remarks).toEqual([
      "`alcie` is not on the roster. `alice` is, but has no folder: are they the same person?",
      "`\\u{1b}[31m` is not on the roster.",
    ]);
    expect(matchRoster([], ["ada"]).remarks).toEqual([]);
  });
});
