import { describe, expect, test } from "vitest";
import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { MarkFacts } from "../results/mark-facts.ts";
import { madeUpAttempt, madeUpMeasurement } from "../testing/made-up-run.ts";
import { computeMarks, type MarksInput } from "./marks.ts";

// Marks that a person worked out on paper from the rules in docs/assignments.md.

const DEADLINE = "2026-05-04T18:00:00Z";
/** The time so many hours after the deadline. */
const at = (hours: number) => new Date(Date.parse(DEADLINE) + hours * 3_600_000).toISOString();

/** Softmax or attention is dropped, so there are 20 possible points. */
const ASSIGNMENT: Assignment = {
  title: "Week 3",
  deadline: DEADLINE,
  late: { perDay: "10 %", grace: "15m", days: 2, max: "50 %", until: "7d" },
  drop: 1,
  tasks: {
    softmax: {
      ...{ points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } },
      groups: { "long rows": { weight: 2 } },
    },
    attention: { points: 10, correctness: 1 },
    "gmm-fit": { points: 10, correctness: 1, required: true },
    cosine: { points: 4, correctness: 1, optional: true },
    dot: { points: 5, correctness: 1, bonus: true },
  },
  practice: false,
  software: false,
};

const SOFTMAX_GROUPS = new Map([
  ["tiny", [0]],
  ["odd sizes", [1]],
  ["long rows", [2]],
]);
const GROUPS = new Map(
  Object.keys(ASSIGNMENT.tasks).map((task) => [task, task === "softmax" ? SOFTMAX_GROUPS : new Map([["all", [0]]])]),
);

/**
 * What became of a task: the speedup of a right kernel, the passed cases of a wrong one, held, or not submitted. Only
 * softmax was measured.
 */
type Outcome = number | readonly number[] | "held" | "none";

function attemptOf(candidate: string, task: string, outcome: Outcome): Attempt {
  const count = task === "softmax" ? 3 : 1;
  const casesWith = (isRight: (index: number) => boolean) =>
    Array.from({ length: count }, (_, index): CaseResult => {
      const verdict = isRight(index) ? "accepted" : "wrong-answer";
      const about = { shape: {}, params: {}, data: "plain", message: "", evidence: null, remarks: [] };
      return { index, group: "", verdict, ...about };
    });
  if (outcome === "none") return madeUpAttempt(candidate, task, "missing");
  if (outcome === "held") return madeUpAttempt(candidate, task, "harness-error", { cases: [] });
  if (typeof outcome === "number") {
    const measurement = task === "softmax" ? madeUpMeasurement(outcome) : null;
    return madeUpAttempt(candidate, task, "accepted", { cases: casesWith(() => true), measurement });
  }
  return madeUpAttempt(candidate, task, "wrong-answer", { cases: casesWith((index) => outcome.includes(index)) });
}

const NONE = "none";
const WRONG: readonly number[] = [];
/** Tasks by column, the hand-in in hours after the deadline, and the total on paper. */
const TABLE: readonly {
  readonly who: string;
  readonly rule: string;
  readonly softmax: Outcome;
  readonly attention: Outcome;
  readonly gmm: Outcome;
  readonly cosine?: Outcome;
  readonly dot?: Outcome;
  readonly hours: number | null;
  readonly points: number;
  readonly held?: readonly string[];
  readonly remark?: string;
  readonly says?: Readonly<Record<string, string>>;
}[] = [
  // 10 + 10, as one of two equal marks is dropped
  { who: "ada", rule: "everything right", softmax: 4, attention: 1, gmm: 1, hours: -1, points: 20 },
  // 6 + 4 · log 2 / log 4 = 8; 0 is dropped; 8 + 10
  {
    ...{ who: "bob", rule: "the lowest mark is dropped", softmax: 2, attention: NONE, gmm: 1, hours: -1, points: 18 },
    says: { softmax: "", attention: "not submitted; dropped: the lowest mark" },
  },
  // 6 · (1 + 1) / (1 + 1 + 2) = 3; 0 is dropped; 3 + 10
  {
    ...{ who: "cem", rule: "a group counts twice", softmax: [0, 1], attention: NONE, gmm: 1, hours: -1, points: 13 },
    says: {
      softmax: "2 of 3 groups of cases passed (2 of 4 by weight); speed counts only if all cases pass",
    },
  },
  // 20 h: one late day, nothing is lost
  {
    ...{ who: "dan", rule: "a late day is spent", softmax: 1, attention: 1, gmm: 1, hours: 20, points: 20 },
    remark: "1 of 2 late days used",
    says: { "gmm-fit": "1 day late, 1 late day used" },
  },
  // 4 days late, 2 spent: 20 % off; 8 + 8
  {
    ...{ who: "eli", rule: "late days do not suffice", softmax: 4, attention: 1, gmm: 1, hours: 90, points: 16 },
    remark: "2 of 2 late days used",
    says: { "gmm-fit": "4 days late, 2 late days used: 20 % off" },
  },
  // no late day is spent
  { who: "fay", rule: "the grace period", softmax: 4, attention: 1, gmm: 1, hours: 0.2, points: 20, remark: "" },
  // no late days left: 10 % off; 9 + 9
  {
    ...{ who: "gil", rule: "just beyond the grace period", softmax: 4, attention: 1, gmm: 1, hours: 0.3, points: 18 },
    says: { attention: "1 day late: 10 % off" },
  },
  {
    ...{ who: "hua", rule: "an extension", softmax: 4, attention: 1, gmm: 1, hours: 47, points: 20 },
    says: { attention: "deadline extended to 2026-05-06T18:00:00.000Z" },
  },
  // 12 days, 10 after late days, which are kept as they do not help
  {
    ...{ who: "ida", rule: "too late", softmax: 4, attention: 1, gmm: 1, hours: 12 * 24, points: 0, remark: "" },
    says: { "gmm-fit": "12 days late: not accepted more than 7d late" },
  },
  // 6 + 0 (required, so not dropped) + 4 optional + 5 bonus
  {
    ...{ who: "jon", rule: "optional and bonus", softmax: 1, attention: NONE, gmm: WRONG, hours: -1, points: 15 },
    ...{ cosine: 1, dot: 1 },
    says: {
      "gmm-fit": "0 of 1 groups of cases passed; required, but not accepted",
      cosine: "optional: makes up for points lost in other tasks",
      dot: "bonus: added to the total",
    },
  },
  // 20, optional points have nothing to make up for, + 5
  {
    ...{ who: "kim", rule: "only bonus exceeds", softmax: 4, attention: 1, gmm: 1, hours: -1, points: 25 },
    ...{ cosine: 1, dot: 1 },
  },
  // 10 - 2 = 8 is dropped; 10 + 7 by hand, + 1 on the total
  {
    ...{ who: "lea", rule: "adjustments", softmax: 4, attention: 1, gmm: "held", hours: -1, points: 18 },
    remark: "+1: helped others",
    says: {
      attention: "-2: hard-coded size; dropped: the lowest mark",
      "gmm-fit":
        "held for manual review: Kernelmark failed on it twice; set to 7: read by hand; required, but not accepted",
    },
  },
  // 0 is dropped; the team's 10 + 10
  {
    ...{ who: "mia", rule: "a team", softmax: NONE, attention: 1, gmm: 1, hours: -1, points: 20 },
    remark: "team red",
  },
  // the same, less 3 of her own
  {
    ...{ who: "nia", rule: "a member's adjustment", softmax: NONE, attention: 1, gmm: 1, hours: -1, points: 17 },
    ...{ remark: "team red", says: { "gmm-fit": "-3: did not take part" } },
  },
  // 10 so far, 10 open
  {
    ...{ who: "oli", rule: "a held task", softmax: 4, attention: 1, gmm: "held", hours: -1, points: 10 },
    held: ["gmm-fit"],
  },
  {
    ...{ who: "pia", rule: "an unknown time", softmax: 4, attention: 1, gmm: 1, hours: null, points: 20 },
    says: { attention: "hand-in time unknown: counted as on time" },
  },
  // 9 days late, no late days left, until 14 days by hand: 90 %, at most 50 %; 5 + 5, then + 1.5
  {
    ...{ who: "quy", rule: "late, at most, adjusted", softmax: 4, attention: 1, gmm: 1, hours: 9 * 24, points: 11.5 },
    says: {
      "gmm-fit": "deadline extended to 2026-05-07T18:00:00Z; 6 days late: 50 % off, the most; +1.5: typo in the task",
    },
  },
];

const FACTS: MarkFacts = {
  received: TABLE.flatMap(({ who, hours }) =>
    hours === null ? [] : [{ candidate: who === "mia" || who === "nia" ? "red" : who, at: at(hours) }],
  ),
  extensions: [
    { candidate: "gil", days: 0 },
    { candidate: "hua", until: at(48) },
    { candidate: "quy", extra: "3d", days: 0 },
  ],
  adjustments: [
    { candidate: "lea", task: "gmm-fit", points: 7, reason: "read by hand" },
    { candidate: "lea", task: "attention", change: -2, reason: "hard-coded size" },
    { candidate: "lea", change: 1, reason: "helped others" },
    { candidate: "nia", task: "gmm-fit", change: -3, reason: "did not take part" },
    { candidate: "quy", task: "gmm-fit", change: 1.5, reason: "typo in the task" },
  ],
  teams: [
    { team: "red", candidate: "nia" },
    { team: "red", candidate: "mia" },
  ],
};

const ATTEMPTS = TABLE.filter(({ who }) => who !== "nia").flatMap(
  ({ who, softmax, attention, gmm, cosine = NONE, dot = NONE }) =>
    Object.entries({ softmax, attention, "gmm-fit": gmm, cosine, dot }).map(([task, outcome]) =>
      attemptOf(who === "mia" ? "red" : who, task, outcome),
    ),
);

const INPUT: MarksInput = {
  ...{ assignment: ASSIGNMENT, attempts: ATTEMPTS, groups: GROUPS, adapterKind: "hardware", isMeasured: true },
  ...FACTS,
};

describe("marks worked out by hand", () => {
  const { candidates, max, remarks } = computeMarks(INPUT);

  test.each(TABLE)("$who, $rule: $points", ({ who, points, held = [], remark, says = {} }) => {
    const own = candidates.find(({ candidate }) => candidate === who)!;
    expect(own).toMatchObject({ points, max: 20, held });
    if (remark !== undefined) expect(own.remark).toBe(remark);
    for (const [task, words] of Object.entries(says)) expect(own.tasks[task]!.remark, task).toBe(words);
  });

  test("are of the same possible points, and of each person", () => {
    expect(max).toBe(20);
    expect(candidates.map(({ candidate }) => candidate)).toEqual(TABLE.map(({ who }) => who));
  });

  test("say whose time is unknown", () => {
    expect(remarks).toEqual([
      "The hand-in time is unknown for `pia`: counted as on time. Give the times with --received.",
    ]);
  });
});

describe("the best attempt", () => {
  const assignment: Assignment = {
    ...{ title: "Best", deadline: DEADLINE, late: { perDay: "10 %" }, practice: false, software: false },
    tasks: { softmax: { points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } } },
  };
  const markWith = (attempts: "best" | "last", now: Outcome, ...runs: [number, Outcome][]) => {
    const [marks] = computeMarks({
      ...{ assignment: { ...assignment, attempts }, groups: GROUPS, adapterKind: "hardware", isMeasured: true },
      attempts: [attemptOf("ada", "softmax", now)],
      received: [{ candidate: "ada", at: at(60) }],
      earlier: runs.map(([hours, outcome], index) => ({
        run: `run ${index + 1}`,
        received: [{ candidate: "ada", at: at(hours) }],
        attempts: [attemptOf("ada", "softmax", outcome)],
      })),
    }).candidates;
    const { points, remark } = marks!.tasks.softmax!;
    return [points, remark];
  };

  test("is the one with most points after lateness", () => {
    // 10 less 30 % = 7, but 8 on time
    expect(markWith("best", 4, [-1, 2])).toEqual([8, "best attempt, of run 1"]);
    // 6 on time, 8 less 10 % = 7.2, 10 less 30 % = 7
    expect(markWith("best", 4, [-1, 1], [5, 2])).toEqual([7.2, "best attempt, of run 2; 1 day late: 10 % off"]);
    // 3 on time
    expect(markWith("best", 4, [-1, [0, 1]])).toEqual([7, "3 days late: 30 % off"]);
  });

  test("may be one of a task that was not submitted again", () => {
    expect(markWith("best", NONE, [-1, 2])).toEqual([8, "best attempt, of run 1"]);
  });

  test("is not known if the last one is held", () => {
    expect(markWith("best", "held", [-1, 2])[0]).toBe(null);
  });

  test("does not count if the last one does", () => {
    expect(markWith("last", 4, [-1, 2])).toEqual([7, "3 days late: 30 % off"]);
  });

  test("is the last one if they are equal", () => {
    expect(markWith("best", 4, [60, 4])).toEqual([7, "3 days late: 30 % off"]);
  });
});

test("late days are spent on the assignment, so that the total is highest", () => {
  const received = [
    { candidate: "eve", task: "attention", at: at(5) },
    { candidate: "eve", task: "gmm-fit", at: at(50) },
  ];
  const assignment: Assignment = {
    ...{ title: "Days", deadline: DEADLINE, practice: false, software: false },
    late: { perDay: "10 %", days: 2, until: "36h" },
    tasks: { attention: { points: 10, correctness: 1 }, "gmm-fit": { points: 10, correctness: 1 } },
  };
  const attempts = ["attention", "gmm-fit"].map((task) => attemptOf("eve", task, 1));
  const [marks] = computeMarks({ assignment, attempts, received, groups: GROUPS, adapterKind: "hardware" }).candidates;
  // with one day: 10 + 10 less 20 %; with two: 10 + 10 less 10 %; with none the second would be too late
  expect(marks).toMatchObject({ points: 19, remark: "2 of 2 late days used" });
});
