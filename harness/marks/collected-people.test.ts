import { expect, it } from "vitest";
import type { CollectedEntry } from "../intake/collected-file.ts";
import { madeUpPerson } from "../testing/made-up-run.ts";
import { collectedTeams, unclearHandIns, unclearOf } from "./collected-people.ts";

const line = (candidate: string, from: string, changes: Partial<CollectedEntry> = {}): CollectedEntry => ({
  ...{ candidate, from, received: "", late: "", name: "", email: "", login: "", id: "", note: "" },
  ...{ status: candidate === "" ? "unclear" : "collected", ...changes },
});

const ADA = { name: "Ada Lovelace", email: "ada@x.org" };
const BOB = { name: "Bob Bayes", email: "bob@x.org", id: "17" };
const LINES = [
  line("ada", "submission_1", ADA),
  line("ada", "submission_1", BOB),
  line("ada", "submission_1", { name: "Cy Guest" }),
  line("dan", "submission_2", { name: "Dan", email: "dan@x.org" }),
];

it("several lines with one folder are a team, whose members are called as on the roster", () => {
  const roster = [madeUpPerson("ada", ADA), madeUpPerson("b.bayes", { id: "17" }), madeUpPerson("dan")];
  expect(collectedTeams(LINES, roster)).toEqual([
    { team: "ada", candidate: "ada" },
    { team: "ada", candidate: "b.bayes" },
    { team: "ada", candidate: "Cy Guest" },
  ]);
  expect(collectedTeams(LINES, []).map(({ candidate }) => candidate)).toEqual([
    "Ada Lovelace",
    "Bob Bayes",
    "Cy Guest",
  ]);
});

it("an unclear hand-in is refused once, and is not nothing for those who have no folder", () => {
  const note = "It seems to be of the same person as `submission_2`: which one counts?";
  const team = [line("", "submission_3", { ...ADA, note }), line("", "submission_3", { ...BOB, note })];
  const second = line("", "submission_4", { ...ADA, note });
  const mapping = [...LINES.slice(3), ...team, second, line("", "roster.csv", { status: "ignored" })];
  expect(unclearHandIns(mapping)).toEqual([
    { path: "submission_3", reason: note },
    { path: "submission_4", reason: note },
  ]);
  const roster = [madeUpPerson("ada", ADA), madeUpPerson("bob", BOB), madeUpPerson("dan")];
  const found = unclearOf(mapping, roster, ["dan", "bob"]);
  expect(found.map(({ candidate, path }) => `${candidate}: ${path}`)).toEqual([
    "ada: submission_3",
    "ada: submission_4",
  ]);
  // It names somebody else.
  expect(JSON.stringify(found)).not.toContain("submission_2");
});
