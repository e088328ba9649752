import { expect, test } from "vitest";
import { parseRoster } from "../marks/roster-file.ts";
import { NOBODY_KNOWN, type Person } from "./hand-in.ts";
import { PeopleFinder } from "./match-people.ts";

const ROSTER = parseRoster(
  `candidate,name,email,id
juergen,Jürgen Müller,j.mueller@uni.example.edu,100001
maria,Maria De La Cruz,maria@uni.example.edu,100002
sean,Séan O'Brien,sean@uni.example.edu,100003
smith1,John Smith,john1@uni.example.edu,100004
smith2,John Smith,john2@uni.example.edu,100005
ada,Ada Lovelace,ada@uni.example.edu,100006
lee,李小龍,lee@uni.example.edu,100007
`,
  "roster.csv",
);
const finder = new PeopleFinder([...ROSTER.slice(0, 6), { ...ROSTER[6]!, platformId: "77" }]);

function found(folder: string, person: Partial<Person> = {}): string {
  const match = finder.find({ ...NOBODY_KNOWN, ...person }, folder);
  return match.ok ? match.entry.candidate : match.question;
}

test.each<[string, Partial<Person>, string]>([
  ["juergen", {}, "juergen"],
  ["JUERGEN", {}, "juergen"],
  ["x", { email: "J.Mueller@uni.example.edu" }, "juergen"],
  ["j.mueller", {}, "juergen"],
  ["muellerjuergen", { login: "muellerjuergen" }, "juergen"],
  ["mullerjurgen", { login: "mullerjurgen" }, "juergen"],
  ["Müller, Jürgen", {}, "juergen"],
  ["Jürgen Müller".normalize("NFD"), {}, "juergen"],
  ["delacruzmaria", {}, "maria"],
  ["obriensean", {}, "sean"],
  ["O’Brien, Sean (100003)", { name: "Sean O’Brien", id: "100003", idOf: "school" }, "sean"],
  ["100002", {}, "maria"],
  ["week3-100006-final", {}, "ada"],
  ["lovelace-ada-week3", {}, "ada"],
  ["李小龍", {}, "lee"],
  ["x", { id: "77", idOf: "platform" }, "lee"],
])("finds %s %j", (folder, person, candidate) => {
  expect(found(folder, person)).toBe(candidate);
});

test("a grading worksheet of Moodle distinguishes people of the same name by their participant numbers", () => {
  const worksheet = parseRoster(
    "Identifier,Full name,Email address\nParticipant 31,John Smith,john1@x.org\nParticipant 32,John Smith,john2@x.org\n",
    "worksheet.csv",
  );
  const match = new PeopleFinder(worksheet).find({ ...NOBODY_KNOWN, name: "John Smith", id: "32" }, "John Smith");
  expect(match).toMatchObject({ ok: true, entry: { email: "john2@x.org" } });
});

test.each<[string, Partial<Person>, string]>([
  ["smithjohn", {}, "It may be of `smith1` or `smith2` on the roster."],
  ["Jon Smith", { name: "Jon Smith" }, "`Jon Smith` is not on the roster. Is it `John Smith`?"],
  ["nobody at all", {}, "`nobody at all` is not on the roster."],
  // The number of one person and the name of another.
  [
    "Lovelace, Ada (100001)",
    { name: "Ada Lovelace", id: "100001", idOf: "school" },
    "It may be of `juergen` or `ada` on the roster.",
  ],
  // Numbers of a platform are not the school's.
  ["x", { id: "100001", idOf: "platform" }, "`x` is not on the roster."],
  ["x", { id: "100001", idOf: "assignment" }, "`x` is not on the roster."],
  // A short name occurs in others by chance.
  ["ada-week3", {}, "`ada-week3` is not on the roster."],
])("asks about %s %j", (folder, person, question) => {
  expect(found(folder, person)).toBe(question);
});
