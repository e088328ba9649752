import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { taskNames } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { assignmentFileSchema } from "../results/assignment-schema.ts";
import { parseAdjustments } from "./adjustments-file.ts";
import { parseExtensions } from "./extensions-file.ts";
import { groupNamesFor, parseAssignment } from "./read-assignment.ts";
import { parseReceived } from "./received-file.ts";
import { parseTeams } from "./teams-file.ts";

const page = readFileSync(join(packageRoot(), "docs/assignments.md"), "utf8");
const examples = (language: string) =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm")), ([, text]) => text!);

const assignments = await Promise.all(
  examples("yaml").map(async (text) =>
    parseAssignment(text, "docs/assignments.md", taskNames(), await groupNamesFor(text, taskNames())),
  ),
);

test("each key of an assignment has an example in docs/assignments.md", () => {
  const tasks = assignments.flatMap(({ tasks: own, each }) => [...Object.values(own ?? {}), ...(each ? [each] : [])]);
  const rules = tasks.flatMap(({ speed }) => (speed === undefined ? [] : [speed]));
  const shown = [...assignments, ...assignments.map(({ late }) => late ?? {}), ...tasks, ...rules];
  const keys = new Set(shown.flatMap((one) => Object.keys(one)));
  const documentedElsewhere = ["limits", "taskFolder"];
  const expected = [
    ...Object.keys(assignmentFileSchema.shape).filter((key) => !documentedElsewhere.includes(key)),
    ...["perDay", "grace", "days", "max", "until", "extensions"],
    ...["points", "correctness", "speed", "groups", "required", "optional", "bonus"],
    ...["against", "full", "table", "curve", "roofline"],
  ];
  expect(expected.filter((key) => !keys.has(key))).toEqual([]);
});

test("the tables in docs/assignments.md can be read", () => {
  const known = { candidates: ["alice", "bob", "cem"], tasks: { softmax: 10, attention: 10 } };
  const readers: Readonly<Record<string, (text: string) => readonly unknown[]>> = {
    "candidate,received,task": (text) => parseReceived(text, "page"),
    "candidate,until,extra,days,task": (text) => parseExtensions(text, "page", known, "2026-05-04T18:00:00+02:00"),
    "candidate,task,points,change,reason": (text) => parseAdjustments(text, "page", known),
    "team,candidate": (text) => parseTeams(text, "page", ["red"]),
  };
  const tables = examples("csv");
  expect(tables.map((text) => text.split("\n")[0]).sort()).toEqual(Object.keys(readers).sort());
  for (const text of tables) {
    const [header, ...rows] = text.trimEnd().split("\n");
    expect(readers[header!]!(text)).toHaveLength(rows.length);
  }
});
