import { describe, expect, it } from "vitest";
import type { Results } from "../results/results.ts";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";
import { earlierRuns, withoutRepeated } from "./earlier-runs.ts";

const BASE = madeUpRun([]);
const BEST: Results = { ...BASE, run: "wednesday", assignment: { ...BASE.assignment, attempts: "best" } };
const MONDAY = madeUpRun([madeUpAttempt("ada", "softmax", "wrong-answer", { hash: "11" })], { run: "monday" });
const TUESDAY = madeUpRun(
  [
    madeUpAttempt("ada", "softmax", "accepted", { hash: "22" }),
    madeUpAttempt("ada", "attention", "missing"),
    madeUpAttempt("bob", "softmax", "harness-error"),
  ],
  {
    run: "tuesday",
    received: [{ candidate: "ada", at: "2026-05-05T12:00:00Z" }],
    earlier: [{ run: "monday", attempts: MONDAY.attempts }],
  },
);

const listed = (runs: Results["earlier"] = []) =>
  runs.map(({ run, attempts }) => [
    run,
    ...attempts.map(({ candidate, task, hash }) => `${candidate} ${task} ${hash}`),
  ]);

describe("a run that continues another", () => {
  it("keeps the attempts of all runs before that can give points", () => {
    const { earlier, remarks } = earlierRuns(TUESDAY, BEST);
    expect(listed(earlier)).toEqual([
      ["monday", "ada softmax 11"],
      ["tuesday", "ada softmax 22"],
    ]);
    expect(earlier[1]!.received).toEqual(TUESDAY.received);
    expect(remarks).toEqual([]);
  });

  it("keeps none if the last attempt counts", () => {
    expect(earlierRuns(TUESDAY, BASE)).toEqual({ earlier: [], remarks: [] });
  });

  it("keeps none of another adapter or of other cases, and says so", () => {
    const adapter = { ...BASE.adapter, description: "another" };
    expect(earlierRuns(TUESDAY, { ...BEST, adapter })).toEqual({
      earlier: [],
      remarks: ["The attempts of tuesday do not count: it ran on another adapter, SwiftShader."],
    });
    const caseGroups = { ...BASE.caseGroups, softmax: { tiny: [0] } };
    const { earlier, remarks } = earlierRuns(TUESDAY, { ...BEST, caseGroups });
    expect(earlier.flatMap(({ attempts }) => attempts)).toEqual([]);
    expect(remarks).toEqual(["The attempts of tuesday at softmax do not count: its cases have changed."]);
  });

  it("leaves out what was submitted again as it was, but not if it was submitted earlier", () => {
    const { earlier } = earlierRuns(TUESDAY, BEST);
    const attempts = [madeUpAttempt("ada", "softmax", "accepted", { hash: "22" })];
    const received = TUESDAY.received!;
    expect(listed(withoutRepeated(earlier, { attempts, received }))).toEqual([["monday", "ada softmax 11"]]);
    const later = [{ candidate: "ada", at: "2026-05-06T12:00:00Z" }];
    expect(listed(withoutRepeated(earlier, { attempts, received: later }))).toEqual(listed(earlier));
  });
});
