import { expect, test } from "vitest";
import { madeUpAttempt, madeUpPerson, madeUpRun } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import { makeIndexData } from "./make-index-data.ts";

test("candidates have the names and sections of the roster, and keep their folders' names", () => {
  const run = madeUpRun([madeUpAttempt("zm", "softmax", "accepted"), madeUpAttempt("guest", "softmax", "missing")], {
    roster: [madeUpPerson("zm", { name: "Zoë Müller", section: "B" })],
  });
  const marked = markRun(run);
  const { candidates } = makeIndexData(marked, { groups: [], omittedGroups: 0, omittedPairs: 0 }).head;
  expect(candidates.map(({ name, person, section }) => ({ name, person, section }))).toEqual([
    { name: "zm", person: "Zoë Müller", section: "B" },
    { name: "guest", person: "", section: "" },
  ]);
  expect(candidates.map(({ code }) => code)).toEqual([marked.codes.get("zm"), marked.codes.get("guest")]);
});

test("each failing attempt belongs to a group, and no other does", () => {
  const verdicts = ["accepted", "wrong-answer", "missing", "plan-error", "unsupported"] as const;
  const run = madeUpRun(verdicts.map((verdict) => madeUpAttempt(verdict, "softmax", verdict)));
  const { candidates, attempts, mistakes } = makeIndexData(markRun(run), {
    groups: [],
    omittedGroups: 0,
    omittedPairs: 0,
  }).head;
  const groups = attempts.map(({ candidate, mistake }) => [candidates[candidate]!.name, mistake !== null]);
  expect(Object.fromEntries(groups)).toEqual({
    ...{ accepted: false, missing: false },
    ...{ "wrong-answer": true, "plan-error": true, unsupported: true },
  });
  for (const { mistake } of attempts) if (mistake !== null) expect(mistakes[mistake]).toBeDefined();
});
