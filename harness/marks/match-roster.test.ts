import { describe, expect, it } from "vitest";
import type { RosterEntry } from "../results/roster.ts";
import { madeUpPerson as person } from "../testing/made-up-run.ts";
import { matchRoster, refusedOf } from "./match-roster.ts";

const owner = (candidate: string, changes: object) => ({
  candidate,
  name: "",
  email: "",
  login: "",
  id: "",
  ...changes,
});
const candidatesOf = ({ roster }: { readonly roster: readonly RosterEntry[] }) =>
  roster.map(({ candidate }) => candidate);

const ADA = person("ada@x.org", { name: "Lovelace, Ada", email: "ada@x.org", id: "1815", login: "countess" });
const JURGEN = person("jm", { name: "Müller, Jürgen", login: "jm", id: "123456", platformId: "Participant 7714" });
const SEAN = person("so-b", { name: "Séan O'Brien", login: "so-b", platformId: "12345" });
const LI = person("li@x.org", { name: "李小龍", email: "li@x.org" });
const COURSE = [ADA, JURGEN, SEAN, LI];

describe("a folder belongs to", () => {
  it.each([
    ["ada@x.org", ADA],
    ["ADA@x.org", ADA],
    ["1815", ADA],
    ["countess", ADA],
    ["ada lovelace", ADA],
    ["Lovelace_Ada", ADA],
    ["lovelaceada_LATE_1_2", ADA],
    ["gpu-week3-Countess", ADA],
    ["Müller, Jürgen (123456)", JURGEN],
    ["Jürgen Müller_7714_assignsubmission_file", JURGEN],
    ["J. M._7714_assignsubmission_file", JURGEN],
    ["muellerjuergen", JURGEN],
    ["MULLER Jurgen", JURGEN],
    ["mu\u0308ller-ju\u0308rgen", JURGEN],
    ["week3-so-b", SEAN],
    ["O'Brien, Séan (123458)", SEAN],
    ["OBrien Sean", SEAN],
    ["obriensean_12345_67890", SEAN],
    ["李小龍", LI],
  ])("%s", (folder, expected) => {
    const { roster, strangers } = matchRoster(COURSE, [folder]);
    expect(roster.filter(({ candidate }) => candidate === folder)).toEqual([{ ...expected, candidate: folder }]);
    expect(strangers).toEqual([]);
  });

  it.each(["jm2", "ada", "Jürgen", "countessa", "18150", "rocket-team", "jm-project"])("nobody: %s", (folder) => {
    const { roster, strangers } = matchRoster(COURSE, [folder]);
    expect(roster).toEqual(COURSE);
    expect(strangers.map((stranger) => stranger.folder)).toEqual([folder]);
  });

  it("whom the platform named, before whom its name suggests", () => {
    const owners = [
      owner("x", { email: "Ada@x.org" }),
      owner("ada lovelace", { id: "12345" }),
      owner("hand-in 3", { name: "Jürgen Müller" }),
    ];
    const { roster } = matchRoster(COURSE, ["x", "ada lovelace", "hand-in 3"], owners);
    expect(candidatesOf({ roster })).toEqual(["x", "hand-in 3", "ada lovelace", "li@x.org"]);
  });

  it("nobody alone if the platform named several people: it is a team's", () => {
    const owners = [owner("team", { email: "ada@x.org" }), owner("team", { login: "jm" })];
    expect(matchRoster(COURSE, ["team"], owners).roster).toEqual(COURSE);
  });

  it("nobody whose name is one word of its name", () => {
    const one = person("1", { name: "Ada" });
    expect(candidatesOf(matchRoster([one], ["Ada Lovelace"]))).toEqual(["1"]);
    expect(candidatesOf(matchRoster([one], ["Ada."]))).toEqual(["Ada."]);
  });

  it("the person whom more of its name fits", () => {
    const people = [person("cat", { login: "cat" }), person("octo-cat", { login: "octo-cat" })];
    const names = [person("1", { name: "Ann Lee" }), person("2", { name: "Ann Lee Smith" })];
    expect(candidatesOf(matchRoster(people, ["hw-octo-cat"]))).toEqual(["cat", "hw-octo-cat"]);
    expect(candidatesOf(matchRoster(names, ["Smith, Ann Lee (3)"]))).toEqual(["1", "Smith, Ann Lee (3)"]);
  });

  it("the same person when matched again", () => {
    const folders = ["ada lovelace", "muellerjuergen", "rocket-team"];
    const once = matchRoster(COURSE, folders);
    const again = matchRoster(once.roster, folders);
    expect(again.roster).toEqual(once.roster);
    expect(again.strangers).toEqual(once.strangers);
    expect(again.remarks).toEqual(["`rocket-team` is not on the roster."]);
  });
});

describe("a question is asked", () => {
  it("if a folder fits two people", () => {
    const twins = [person("a1", { name: "Ann Lee" }), person("a2", { name: "Lee, Ann" })];
    const { roster, remarks } = matchRoster(twins, ["Ann Lee"]);
    expect(roster).toEqual(twins);
    expect(remarks).toEqual([
      "`Ann Lee` is not matched to the roster. It fits more than one person: Ann Lee (`a1`), Lee, Ann (`a2`).",
    ]);
  });

  it("if an id in a folder's name is one person's and the name another's", () => {
    const { roster, remarks } = matchRoster(COURSE, ["Lovelace, Ada (123456)"]);
    expect(roster).toEqual(COURSE);
    expect(remarks[0]).toContain("It fits more than one person: Lovelace, Ada (`ada@x.org`), Müller");
  });

  it("if two folders fit one person, and then neither is theirs", () => {
    const { roster, remarks } = matchRoster([person("ada", { name: "Ada Lovelace" })], ["Ada", "ADA", "Ada Lovelace"]);
    expect(candidatesOf({ roster })).toEqual(["ada"]);
    expect(remarks).toEqual([
      "`Ada` is not matched to the roster. It fits Ada Lovelace (`ada`), and so does `ADA`.",
      "`ADA` is not matched to the roster. It fits Ada Lovelace (`ada`), and so does `Ada`.",
      "`Ada Lovelace` is not on the roster. Is it Ada Lovelace (`ada`), who has no folder?",
    ]);
  });
});

describe("warnings", () => {
  it("name folders that differ only in case or Unicode form from the roster", () => {
    const { roster, remarks } = matchRoster([person("Ada"), person("z\u00f6e")], ["ada", "zo\u0308e"]);
    expect(candidatesOf({ roster })).toEqual(["ada", "zo\u0308e"]);
    expect(remarks[0]).toBe(
      "The folder `ada` is matched to `Ada` on the roster: they differ only in case or Unicode form.",
    );
  });

  it("show the first of those who were matched by what identifies them", () => {
    const people = Array.from({ length: 7 }, (_, index) =>
      person(`p${index}`, { id: `10${index}`, name: `P ${index}` }),
    );
    const folders = people.map(({ id }) => `x (${id})`);
    expect(matchRoster(people, folders).remarks).toEqual([
      "7 folders matched by name, e-mail, login or id: `x (100)` is P 0 (`p0`), `x (101)` is P 1 (`p1`), `x (102)` is P 2 (`p2`), `x (103)` is P 3 (`p3`), `x (104)` is P 4 (`p4`) and 2 more.",
    ]);
  });

  it("name folders that match exactly no other person", () => {
    const { roster, remarks } = matchRoster([person("Ada"), person("ADA")], ["Ada", "ada"]);
    expect(candidatesOf({ roster })).toEqual(["Ada", "ada"]);
    expect(remarks).toHaveLength(1);
  });

  it("name folders that are not on the roster, with their likely owner", () => {
    const { roster, remarks } = matchRoster(
      [person("alice"), person("bob")],
      ["alcie", "bob", "bob (1)", "\u001b[31m"],
    );
    expect(candidatesOf({ roster })).toEqual(["alice", "bob"]);
    expect(remarks).toEqual([
      "`alcie` is not on the roster. Is it `alice`, who has no folder?",
      "`bob (1)` is not on the roster. It may be a second folder of `bob`.",
      "`\\u{1b}[31m` is not on the roster.",
    ]);
    expect(matchRoster([], ["ada"]).remarks).toEqual([]);
  });
});

it("refused folders and archives are those of people without another folder", () => {
  const roster = [person("alice"), ADA, person("bob"), person("cy")];
  const refused = ["alice ", "Ada Lovelace_12.zip", "bob ", "dan"].map((path) => ({ path, reason: "No. Fix it." }));
  expect(refusedOf(roster, ["bob"], refused)).toEqual([
    { candidate: "alice", path: "alice ", task: "", instead: "", reason: "No.", fix: "Fix it." },
    { candidate: "ada@x.org", path: "Ada Lovelace_12.zip", task: "", instead: "", reason: "No.", fix: "Fix it." },
  ]);
});

it("five hundred people are matched at once", () => {
  const people = Array.from({ length: 500 }, (_, index) =>
    person(`u${index}@x.org`, {
      name: `Name${index}, First${index % 40}`,
      email: `u${index}@x.org`,
      id: String(10_000 + index),
    }),
  );
  const folders = people.map(({ id, name }) => `${name} (${id})`);
  expect(candidatesOf(matchRoster(people, folders))).toEqual(folders);
});
