import { expect, it } from "vitest";
import { madeUpAttempt, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { withMissing } from "./missing.ts";

it("a candidate known only from an earlier run has submitted nothing in this one", () => {
  const earlier = [{ run: "monday", attempts: [madeUpAttempt("bob", "softmax", "accepted")] }];
  const { attempts } = withMissing(madeUpRun([], { earlier }));
  expect(attempts.map(({ candidate, verdict }) => [candidate, verdict])).toEqual([
    ["bob", "missing"],
    ["bob", "missing"],
  ]);
});

it("a team is one candidate, and its members are none", () => {
  const teams = [
    { team: "red", candidate: "ada" },
    { team: "blue", candidate: "bob" },
  ];
  const run = madeUpRun([madeUpAttempt("red", "softmax", "accepted")], {
    teams,
    roster: [madeUpPerson("ada"), madeUpPerson("bob"), madeUpPerson("eve")],
  });
  const attempts = withMissing(run).attempts.map(({ candidate, task, verdict }) => [candidate, task, verdict]);
  expect(attempts).toEqual([
    ["blue", "attention", "missing"],
    ["blue", "softmax", "missing"],
    ["eve", "attention", "missing"],
    ["eve", "softmax", "missing"],
    ["red", "attention", "missing"],
    ["red", "softmax", "accepted"],
  ]);
});
