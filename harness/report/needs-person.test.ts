import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import type { Results } from "../results/results.ts";
import type { SimilarGroup, SimilarWork } from "../similarity/similar-work.ts";
import { madeUpAttempt, madeUpMeasurement, madeUpNotTaken, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { markRun } from "./mark-run.ts";
import { type Need, needsPerson } from "./needs-person.ts";
import { needsText } from "./terminal/needs-text.ts";

const needsIn = (results: Results, similar: SimilarWork) => needsPerson(markRun(results), similar);

/** @param variants candidates with the same kernel */
const group = (task: string, ...variants: readonly (readonly string[])[]): SimilarGroup => ({
  ...{ task, highest: 1, lowest: 0.8, pairs: [], omittedPairs: 0 },
  members: variants.flatMap((own, variant) =>
    own.map((candidate) => ({ candidate, cohort: candidate === "old" ? "2025" : null, variant, files: [] })),
  ),
});
const work = (...groups: readonly SimilarGroup[]): SimilarWork => ({ groups, omittedGroups: 0, omittedPairs: 0 });

const ROSTER = [
  madeUpPerson("ada", { name: "Ada Lovelace" }),
  madeUpPerson("alice"),
  madeUpPerson("bob", { name: "Bob B." }),
  madeUpPerson("cy"),
];

const RUN = madeUpRun(
  [
    madeUpAttempt("ada", "softmax", "accepted", { measurement: madeUpMeasurement(40, { isImplausible: true }) }),
    madeUpAttempt("ada", "attention", "missing"),
    madeUpAttempt("alcie", "softmax", "accepted"),
    madeUpAttempt("alcie", "attention", "unsupported"),
    madeUpAttempt("alice", "softmax", "missing"),
    madeUpAttempt("bob", "softmax", "missing"),
    madeUpAttempt("cy", "softmax", "missing"),
  ],
  {
    roster: ROSTER,
    refused: [
      { path: "x ", reason: "Its name ends with a space." },
      { path: "Gil.zip", reason: "It is protected by a password." },
    ],
    notTaken: [
      { ...madeUpNotTaken("gil", "", ""), path: "Gil.zip" },
      madeUpNotTaken("ada", "softmax-old.ts", "softmax", "softmax.ts"),
      madeUpNotTaken("ada", "gelu_2.ts", "gelu"),
      madeUpNotTaken("bob", "my_softmax.ts", "softmax"),
      madeUpNotTaken("bob", "report.pdf", ""),
      madeUpNotTaken("bob", "data.xls", ""),
      madeUpNotTaken("eve", "notes.pdf", ""),
      { ...madeUpNotTaken("fay", "", ""), path: "fay", reason: "The folder is empty.", fix: "Submit it." },
    ],
  },
);

const lines = (needs: readonly Need[]) =>
  needs.flatMap(({ about, items }) => [
    about,
    ...items.map(({ candidate, name, text }) => [candidate, name, text].filter((part) => part !== "").join(" | ")),
  ]);

describe("a person is needed", () => {
  test("for everything that no rule decides, each with whom it is about", () => {
    const why = "Its name is not that of a task. Rename it to";
    expect(lines(needsIn(RUN, work(group("softmax", ["ada", "alcie"]))))).toEqual([
      "Not judged",
      expect.stringMatching(/^Held for manual review: alcie's attention \(unsupported\)\./),
      "Refused",
      "x : Its name ends with a space.",
      "gil | Gil.zip: It is protected by a password.",
      "Found, but not graded",
      `bob | Bob B. | my_softmax.ts: ${why} \`softmax.ts\`.`,
      `bob | Bob B. | report.pdf (and 1 other file): ${why} \`.ts\`.`,
      `eve | notes.pdf: ${why} \`.ts\`.`,
      "fay | The folder is empty. Submit it.",
      "Not matched to the roster",
      "alcie | Is it `alice`, who has no folder?",
      "eve",
      "fay",
      "gil",
      "On the roster, but nothing submitted",
      "alice",
      "cy",
      "Implausibly fast",
      "ada | Ada Lovelace | softmax: 40.00x as fast as plain.",
      "The same work",
      "softmax: Ada Lovelace (ada); alcie.",
    ]);
  });

  test("not for a run in which all is well", () => {
    const attempts = [madeUpAttempt("ada", "softmax", "accepted"), madeUpAttempt("bob", "softmax", "wrong-answer")];
    expect(needsIn(madeUpRun(attempts), work(group("softmax", ["ada"], ["bob"])))).toEqual([]);
    expect(needsText([], { colors: createColors(false), width: 80 })).toBe("");
  });

  test("for folders that may be one person's, unless both are on the roster", () => {
    const attempts = ["ada", "Ada", "bob", "bob (1)"].map((name) => madeUpAttempt(name, "softmax", "accepted"));
    const roster = [madeUpPerson("ada"), madeUpPerson("Ada"), madeUpPerson("bob")];
    expect(lines(needsIn(madeUpRun(attempts, { roster }), work()))).toEqual([
      "Not matched to the roster",
      "bob (1) | It may be a second folder of `bob`.",
      "Perhaps one person",
      "bob; bob (1).",
    ]);
  });

  test("for groups of the same work, not for each pair, and by task", () => {
    const similar = work(
      group("softmax", ["a", "b", "c"], ["d", "e"], ["f"]),
      group("attention", ["a", "b", "old"], ["old", "old"]),
    );
    expect(lines(needsIn(madeUpRun([]), similar))).toEqual([
      "The same work",
      "softmax: a; b; c.",
      "softmax: d; e.",
      "attention: a; b; old (2025).",
    ]);
  });

  test("for code that comes with Kernelmark, and what the assignment says of it", () => {
    const builtInCode = [
      { candidate: "ada", task: "softmax", source: "tuned", isVerbatim: true },
      { candidate: "bob", task: "softmax", source: "submissions/fast", isVerbatim: false },
    ];
    const run = madeUpRun([madeUpAttempt("ada", "softmax", "accepted")], { builtInCode });
    const [need] = needsIn(run, work());
    expect(lines([need!])).toEqual([
      "Code that comes with Kernelmark",
      "ada | softmax: the tuned kernel.",
      "bob | softmax: the example submissions/fast, with other names or numbers: compare the sources.",
    ]);
    expect(need!.todo).toContain("`builtInCode: refuse` in the assignment");
    const refusing = { ...run, assignment: { ...run.assignment, builtInCode: "refuse" as const } };
    expect(needsIn(refusing, work())[0]!.todo).toContain("get no points");
  });

  test("for absent people only once the run is finished", () => {
    const stopped = needsIn({ ...madeUpRun([], { roster: ROSTER }), state: "stopped" }, work());
    expect(stopped).toEqual([]);
    expect(needsIn(madeUpRun([], { roster: ROSTER }), work())[0]!.items).toHaveLength(4);
  });
});

test("the terminal shows what to do, and the first of many", () => {
  const roster = Array.from({ length: 14 }, (_, index) => madeUpPerson(`p${index}\u001b`, { name: `P ${index}` }));
  const text = needsText(needsIn(madeUpRun([], { roster }), work()), { colors: createColors(false), width: 80 });
  expect(text.split("\n").slice(0, 4)).toEqual([
    "Needs a person",
    "  On the roster, but nothing submitted (14): Make sure that none of the folders",
    "  is theirs: they get no points.",
    "    P 0 (p0\\u{1b})",
  ]);
  expect(text).toContain("P 11 (p11");
  expect(text).not.toContain("P 12");
  expect(text.endsWith("\n    and 2 more: see index.html")).toBe(true);
});
