import { createColors } from "picocolors";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { madeUpAttempt, madeUpMeasurement, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { compareRuns } from "./compare-runs.ts";
import { compareText } from "./terminal/compare-text.ts";

const style = { colors: createColors(false), width: 80 };

const wrong = madeUpAttempt("ada", "softmax", "wrong-answer");
const right = madeUpAttempt("ada", "softmax", "accepted");
const total = (points: number, heldCount = 0) => ({ points, max: 11, heldCount });
const at = (speed: number) => ({ measurement: madeUpMeasurement(speed) });

describe("between two runs", () => {
  it("unchanged results give no moves", () => {
    const run = madeUpRun([wrong]);
    const comparison = compareRuns(run, run);
    expect(comparison).toEqual({ conditions: [], totals: [], candidateCount: 1, moves: [], attemptCount: 1 });
    expect(compareText(comparison, run, run, style)).toContain("No changes in 1 submission.");
  });

  it("a changed source and different conditions are possible reasons", () => {
    const before = madeUpRun([wrong]);
    const after = madeUpRun([{ ...right, hash: "01" }], { seed: "other", harnessVersion: "0.2.0" });
    const { moves, conditions } = compareRuns(before, after);
    expect(conditions).toEqual(["seed", "harness"]);
    expect(moves).toEqual([
      {
        ...{ candidate: "ada", task: "softmax", changed: ["verdict", "points"] },
        before: { verdict: "wrong-answer", points: 3, speedup: null },
        after: { verdict: "accepted", points: 6, speedup: null },
        because: ["source", "seed", "harness"],
      },
    ]);
    expect(
      compareText(compareRuns(before, after), before, after, style),
    ).toBe(`From run (2026-01-01 00:00 UTC) to run (2026-01-01 00:00 UTC).

Differences between the runs: the seed; Kernelmark (0.1.0, then 0.2.0).

candidate  before   after   points
ada        3 of 10  6 of 6  +3

1 of 1 candidate moved: 1 gained.

task     candidate  change, and possible reasons
softmax  ada        wrong-answer → accepted; 3 → 6 points
                    source changed, different seed, different Kernelmark

1 of 1 submission changed.`);
  });

  it("another assignment changes points, another adapter speeds", () => {
    const before = madeUpRun([right]);
    const assignment = { ...before.assignment, tasks: { softmax: { points: 20, correctness: 1 } } };
    expect(compareRuns(before, madeUpRun([right], { assignment })).moves).toMatchObject([
      { changed: ["points"], before: { points: 6 }, after: { points: 20 }, because: ["assignment"] },
    ]);
    const adapter = { ...before.adapter, description: "another" };
    expect(compareRuns(before, madeUpRun([wrong], { adapter, dawnVersion: "2" })).conditions).toEqual([
      "adapter",
      "Dawn",
    ]);
  });

  it("a speed changes only if its intervals are disjoint", () => {
    const before = madeUpRun([{ ...right, ...at(2) }]);
    const close = madeUpRun([{ ...right, ...at(2.03) }], { assignment: { ...before.assignment, software: false } });
    expect(compareRuns(before, close).moves.map(({ changed }) => changed)).toEqual([["points"]]);
    const faster = madeUpRun([{ ...right, ...at(2.1) }]);
    const { moves } = compareRuns(before, faster);
    expect(moves[0]).toMatchObject({ changed: ["points", "speed"], because: [] });
    const text = compareText(compareRuns(before, faster), before, faster, style);
    expect(text).toContain("8 → 8.15 points; 2.00x → 2.10x");
    expect(text).toContain("same source, same conditions");
  });

  it("candidates may be added and removed", () => {
    const before = madeUpRun([right, madeUpAttempt("bob", "attention", "accepted")]);
    const after = madeUpRun([right, madeUpAttempt("eve", "attention", "accepted")]);
    const comparison = compareRuns(before, after);
    expect(comparison.attemptCount).toBe(3);
    expect(comparison.moves).toMatchObject([
      { candidate: "bob", before: { points: 5 }, after: null },
      { candidate: "eve", before: null, after: { points: 5 } },
    ]);
    const text = compareText(comparison, before, after, style);
    expect(text).toContain("new: accepted, 5 points");
    expect(text).toContain("removed (was accepted, 5 points)");
  });

  it("totals come first, from the largest loss to the largest gain, with names and held tasks", () => {
    const roster = [madeUpPerson("ada", { name: "Ada Lovelace" })];
    const attempt = (candidate: string, softmax: "accepted" | "wrong-answer" | "unsupported") => [
      madeUpAttempt(candidate, "softmax", softmax),
      madeUpAttempt(candidate, "attention", "accepted"),
    ];
    const before = madeUpRun(
      [
        ...attempt("ada", "accepted"),
        ...attempt("bob", "wrong-answer"),
        ...attempt("cy", "accepted"),
        ...attempt("dan", "accepted"),
      ],
      { roster },
    );
    const after = madeUpRun([
      ...attempt("ada", "wrong-answer"),
      ...attempt("bob", "accepted"),
      ...attempt("cy", "accepted"),
      ...attempt("eve", "unsupported"),
    ]);
    const comparison = compareRuns(before, after);
    expect(comparison.totals).toEqual([
      { candidate: "ada", name: "Ada Lovelace", before: total(11), after: total(8), change: -3 },
      { candidate: "bob", name: "", before: total(8), after: total(11), change: 3 },
      { candidate: "dan", name: "", before: total(11), after: null, change: null },
      { candidate: "eve", name: "", before: null, after: total(5, 1), change: null },
    ]);
    expect(compareText(comparison, before, after, style)).toContain(`
candidate  name          before    after            points
ada        Ada Lovelace  11 of 11  8 of 11          -3
bob                      8 of 11   11 of 11         +3
dan                      11 of 11  -                removed
eve                      -         5 of 11, 1 held  new

4 of 5 candidates moved: 1 gained, 1 lost, 2 in one run only.

task`);
  });

  it("another maximum is a move, although no result changed", () => {
    const before = madeUpRun([right]);
    const tasks = { ...before.assignment.tasks, attention: { points: 5, correctness: 1 } };
    const wrongToo = madeUpAttempt("ada", "attention", "missing");
    const after = madeUpRun([right, wrongToo], { assignment: { ...before.assignment, tasks } });
    const { totals } = compareRuns(before, after);
    expect(totals).toMatchObject([{ before: { points: 6, max: 6 }, after: { points: 6, max: 11 }, change: 0 }]);
    const text = compareText(compareRuns(before, after), before, after, style);
    expect(text).toContain("1 of 1 candidate moved: 1 with another maximum.");
  });

  it("names are escaped, and lines fit 80 columns", () => {
    const nasty = `\u001b[31m\u202e${"名".repeat(99)}`;
    const roster = [madeUpPerson(nasty, { name: nasty })];
    const before = madeUpRun([
      madeUpAttempt(nasty, "softmax", "wrong-answer"),
      madeUpAttempt(nasty, "a-task-with-a-long-name-indeed", "wrong-answer", at(1)),
    ]);
    const after = madeUpRun(
      [
        madeUpAttempt(nasty, "softmax", "accepted"),
        madeUpAttempt(nasty, "a-task-with-a-long-name-indeed", "accepted", at(9)),
      ],
      { seed: "x", roster },
    );
    const text = compareText(compareRuns(before, after), before, after, style);
    for (const character of ["\u001b", "\u202e"]) expect(text).not.toContain(character);
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });
});
