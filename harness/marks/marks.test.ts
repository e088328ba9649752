import { describe, expect, test } from "vitest";
import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Measured } from "../results/measurement.ts";
import type { Verdict } from "../results/verdict.ts";
import { madeUpAttempt, madeUpMeasurement, madeUpNotTaken } from "../testing/made-up-run.ts";
import { groupCases } from "./case-groups.ts";
import { computeMarks, type MarksInput, type TaskMark } from "./marks.ts";

const CASES = ["tiny", "tiny", "odd sizes", "long rows", "long rows"].map((group, index) => ({ group, index }));
const GROUPS = new Map([["softmax", groupCases(CASES)]]);

const ASSIGNMENT: Assignment = {
  title: "Test",
  tasks: { softmax: { points: 10, correctness: 0.6, speed: { against: "plain", full: 4 } } },
  practice: false,
  software: false,
};

/** An attempt whose cases got these verdicts; the cases after them were not run. */
function attempt(verdict: Verdict, verdicts: readonly Verdict[], candidate = "ada"): Attempt {
  const cases = verdicts.map(
    (one, index): CaseResult => ({
      index,
      group: CASES[index]!.group,
      shape: {},
      params: {},
      data: "plain",
      verdict: one,
      message: "",
      evidence: null,
      remarks: [],
    }),
  );
  return madeUpAttempt(candidate, "softmax", verdict, { cases, caseCount: CASES.length });
}

function markOf(one: Attempt, changes: Partial<MarksInput> = {}): TaskMark {
  const input = { assignment: ASSIGNMENT, attempts: [one], groups: GROUPS, adapterKind: "hardware" as const };
  return computeMarks({ ...input, ...changes }).candidates[0]!.tasks.softmax!;
}

const RIGHT = attempt(
  "accepted",
  CASES.map(() => "accepted"),
);

const rightAt = (speedup: number, changes: Partial<Measured> = {}): Attempt => ({
  ...RIGHT,
  measurement: madeUpMeasurement(speedup, changes),
});

describe("points for correctness", () => {
  test("are given for a group only if all its cases pass", () => {
    const one = attempt("wrong-answer", ["accepted", "wrong-answer", "accepted", "accepted", "accepted"]);
    expect(markOf(one)).toEqual({
      points: 4,
      max: 10,
      correctnessPoints: 4,
      speedPoints: 0,
      speedup: null,
      counting: "counted",
      rules: [],
      remark: "2 of 3 groups of cases passed; speed counts only if all cases pass",
    });
  });

  test("are not given for cases that were not run", () => {
    expect(markOf(attempt("time-limit", ["accepted", "accepted", "accepted", "time-limit"])).points).toBe(4);
    expect(markOf(attempt("time-limit", ["accepted", "accepted", "accepted", "accepted"])).points).toBe(4);
    expect(markOf(attempt("compile-error", [])).points).toBe(0);
  });

  test("are not given for imprecise cases", () => {
    const imprecise = attempt("imprecise", ["accepted", "accepted", "imprecise", "accepted", "accepted"]);
    expect(markOf(imprecise).points).toBe(4);
  });

  test("are not given for groups that the adapter could not run, once another is wrong", () => {
    const one = attempt("wrong-answer", ["accepted", "accepted", "wrong-answer", "unsupported", "unsupported"]);
    expect(markOf(one).points).toBe(2);
  });

  test("are all of the points if speed does not count", () => {
    const assignment = { ...ASSIGNMENT, tasks: { softmax: { points: 7, correctness: 1 } } };
    expect(markOf(RIGHT, { assignment })).toEqual({
      points: 7,
      max: 7,
      correctnessPoints: 7,
      speedPoints: 0,
      speedup: null,
      counting: "counted",
      rules: [],
      remark: "",
    });
  });
});

describe("points for speed", () => {
  test("are added to those for correctness", () => {
    expect(markOf(rightAt(2))).toMatchObject({ points: 8, max: 10, correctnessPoints: 6, speedPoints: 2 });
  });

  test("are left out of the possible points if speed was not measured, for everybody", () => {
    expect(markOf(RIGHT)).toMatchObject({ points: 6, max: 6, speedPoints: 0, remark: "speed was not measured" });
    const wrong = attempt("wrong-answer", ["accepted", "accepted", "accepted", "accepted", "wrong-answer"], "bob");
    const input = { assignment: ASSIGNMENT, groups: GROUPS, adapterKind: "hardware" as const };
    const marks = computeMarks({ ...input, attempts: [RIGHT, wrong] });
    expect(marks).toMatchObject({ max: 6, possible: { softmax: 6 } });
    expect(marks.remarks).toEqual(["Possible points leave out those for speed at softmax: speed was not measured."]);
    expect(marks.candidates.map(({ points, max }) => [points, max])).toEqual([
      [6, 6],
      [4, 6],
    ]);
    expect(computeMarks({ ...input, attempts: [wrong], isMeasured: false }).max).toBe(6);
    expect(computeMarks({ ...input, attempts: [wrong], isMeasured: true }).max).toBe(10);
  });

  test("are left out of the possible points of a submission that was measured against another baseline, or not yet", () => {
    const other = madeUpAttempt("bob", "softmax", "accepted", { cases: RIGHT.cases });
    const input = { assignment: ASSIGNMENT, groups: GROUPS, adapterKind: "hardware" as const };
    const [, bob] = computeMarks({ ...input, attempts: [rightAt(4), other] }).candidates;
    expect(bob).toMatchObject({ points: 6, max: 6 });
    const [, tuned] = computeMarks({
      ...input,
      attempts: [rightAt(4), { ...other, measurement: madeUpMeasurement(4, { against: "tuned" }) }],
    }).candidates;
    expect(tuned).toMatchObject({ points: 6, max: 6 });
    expect(tuned!.tasks.softmax!.remark).toBe("speed was measured against tuned, not plain");
  });

  test("are not given if a case fails", () => {
    const one = attempt("wrong-answer", ["accepted", "accepted", "accepted", "accepted", "wrong-answer"]);
    expect(markOf({ ...one, measurement: madeUpMeasurement(4) })).toMatchObject({ points: 4, max: 10, speedPoints: 0 });
  });

  test("are not given for an implausible time or a failed measurement", () => {
    const remark = "faster than this adapter can be: speed points await manual review";
    expect(markOf(rightAt(4, { isImplausible: true }))).toMatchObject({ points: 6, max: 10, remark });
    const failed = { ...RIGHT, measurement: { state: "failed", message: "the GPU was lost" } as const };
    expect(markOf(failed)).toMatchObject({ points: 6, max: 10, remark: "speed was not measured: the GPU was lost" });
  });

  test("are held, with the whole mark, if Kernelmark failed to measure and speed counts", () => {
    const measurement = { state: "failed", message: "the worker died", isInternalError: true } as const;
    const given = { assignment: ASSIGNMENT, attempts: [{ ...RIGHT, measurement }], groups: GROUPS };
    const [marks] = computeMarks({ ...given, adapterKind: "hardware" }).candidates;
    expect(marks).toMatchObject({
      ...{ points: 0, max: 10, held: ["softmax"] },
      tasks: { softmax: { points: null, max: 10, correctnessPoints: 6, speedPoints: null } },
    });
    expect(marks!.tasks.softmax!.remark).toMatch(/^held for manual review: /);
    expect(markOf({ ...RIGHT, measurement }, { adapterKind: "software" })).toMatchObject({ points: 6, max: 6 });
  });

  test("are given on a software adapter only if the assignment says so", () => {
    const given = { adapterKind: "software" as const };
    expect(markOf(rightAt(4), given)).toMatchObject({
      points: 6,
      max: 6,
      remark: "speed is not marked on a software adapter (indicative: 4.00x as fast as plain)",
    });
    expect(markOf(rightAt(4), { ...given, assignment: { ...ASSIGNMENT, software: true } }).points).toBe(10);
  });

  test.each([
    [
      "a table",
      {
        table: [
          [1.5, 2],
          [3, 4],
        ],
      },
      [
        [1.4, 6],
        [1.5, 8],
        [2.9, 8],
        [3, 10],
        [9, 10],
      ],
    ],
    [
      "CS149's curve",
      { curve: "cs149" },
      [
        [0.1, 6],
        [0.5, 8],
        [0.83, 9.32],
        [0.834, 10],
        [2, 10],
      ],
    ],
  ] as const)("follow %s", (_, rule, marks) => {
    const softmax = { points: 10, correctness: 0.6, speed: { against: "plain", ...rule } } as const;
    const assignment = { ...ASSIGNMENT, tasks: { softmax } };
    for (const [speedup, points] of marks) expect(markOf(rightAt(speedup), { assignment })).toMatchObject({ points });
  });

  test("follow the share of the roofline, whatever the baseline", () => {
    const softmax = { points: 10, correctness: 0.6, speed: { against: "plain", roofline: 0.5 } } as const;
    const assignment = { ...ASSIGNMENT, tasks: { softmax } };
    const [shape] = madeUpMeasurement(1).shapes;
    const at = (...shares: number[]) =>
      rightAt(1, { against: "tuned", shapes: shares.map((rooflineShare) => ({ ...shape!, rooflineShare })) });
    expect(markOf(at(0.25), { assignment }).points).toBe(8);
    expect(markOf(at(0.1, 0.4), { assignment }).points).toBe(7.6);
    expect(markOf(at(0.7), { assignment }).points).toBe(10);
  });
});

describe("no mark", () => {
  test.each(["unsupported", "harness-error"] as const)(
    "is given, but the points stay in the maximum: %s",
    (verdict) => {
      const assignment = { ...ASSIGNMENT, tasks: { ...ASSIGNMENT.tasks, other: { points: 5, correctness: 1 } } };
      const attempts = [attempt(verdict, ["accepted", verdict]), { ...attempt("missing", []), task: "other" }];
      const [marks] = computeMarks({ assignment, attempts, groups: GROUPS, adapterKind: "hardware" }).candidates;
      expect(marks).toMatchObject({
        points: 0,
        max: 15,
        held: ["softmax"],
        tasks: { softmax: { points: null, max: 10 } },
      });
      expect(marks!.tasks.softmax!.remark).toMatch(/^held for manual review: /);
    },
  );

  test("is given for a task that is not graded yet", () => {
    const assignment = { ...ASSIGNMENT, tasks: { ...ASSIGNMENT.tasks, other: { points: 5, correctness: 1 } } };
    const input = { assignment, attempts: [RIGHT], groups: GROUPS, adapterKind: "hardware" as const };
    const [marks] = computeMarks(input).candidates;
    expect(marks).toMatchObject({ points: 6, max: 6, tasks: { other: { points: null, remark: "not graded yet" } } });
  });
});

test("a missing submission gives 0 points, and counts", () => {
  const input = { assignment: ASSIGNMENT, attempts: [attempt("missing", [])], groups: GROUPS };
  const [marks] = computeMarks({ ...input, adapterKind: "hardware" }).candidates;
  expect(marks).toMatchObject({ points: 0, max: 10, tasks: { softmax: { points: 0 } } });
});

test("points are rounded up, so that nobody gets less than was earned", () => {
  const third = attempt("wrong-answer", ["accepted", "accepted", "wrong-answer"]);
  const softmax = { points: 10, correctness: 1 };
  expect(markOf(third, { assignment: { ...ASSIGNMENT, tasks: { softmax } } })).toMatchObject({ points: 3.34, max: 10 });
  const odd = { ...ASSIGNMENT, tasks: { softmax: { points: 3.333, correctness: 1 } } };
  expect(markOf(RIGHT, { assignment: odd })).toMatchObject({ points: 3.34, max: 3.34 });
});

test("a missing submission's mark names what was not taken instead", () => {
  const missing = attempt("missing", []);
  expect(markOf(missing).remark).toBe("not submitted");
  const [own, other] = [
    madeUpNotTaken("ada", "my_softmax.ts", "softmax"),
    madeUpNotTaken("ada", "softmax.TS", "softmax"),
  ];
  const why = "its name is not that of a task";
  expect(markOf(missing, { notTaken: [own] }).remark).toBe(`\`ada/my_softmax.ts\` was not taken: ${why}`);
  expect(markOf(missing, { notTaken: [own, other] }).remark).toBe(
    `\`ada/my_softmax.ts\` was not taken, nor 1 other file: ${why}`,
  );
});

test("candidates are sorted, and totals are rounded", () => {
  const tasks = Object.fromEntries(["a", "b", "c"].map((name) => [name, { points: 0.1, correctness: 1 }]));
  const attempts = ["zoe", "ada"].flatMap((candidate) =>
    Object.keys(tasks).map((task) => ({ ...attempt("accepted", ["accepted"], candidate), task })),
  );
  const groups = new Map(Object.keys(tasks).map((task) => [task, groupCases([{ group: "tiny", index: 0 }])]));
  const marks = computeMarks({ assignment: { ...ASSIGNMENT, tasks }, attempts, groups, adapterKind: "hardware" });
  expect(marks.candidates.map(({ candidate, points, max }) => [candidate, points, max])).toEqual([
    ["ada", 0.3, 0.3],
    ["zoe", 0.3, 0.3],
  ]);
});

test("the last attempt at a task counts", () => {
  const attempts = [attempt("compile-error", []), RIGHT];
  const marks = computeMarks({ assignment: ASSIGNMENT, attempts, groups: GROUPS, adapterKind: "hardware" });
  expect(marks.candidates[0]!.points).toBe(6);
});

test("a practice run's marks are indicative", () => {
  const input = { attempts: [RIGHT], groups: GROUPS, adapterKind: "hardware" as const };
  expect(computeMarks({ ...input, assignment: ASSIGNMENT }).isIndicative).toBe(false);
  expect(computeMarks({ ...input, assignment: { ...ASSIGNMENT, practice: true } }).isIndicative).toBe(true);
});
