import { expect, test } from "vitest";
import { withMissing } from "../results/missing.ts";
import { madeUpAttempt, madeUpPerson, madeUpRun } from "../testing/made-up-run.ts";
import { leaderboardCodes } from "./leaderboard-codes.ts";

const NAMES = Array.from({ length: 200 }, (_, place) => `candidate-${place}`);
const RUN = madeUpRun(NAMES.map((name) => madeUpAttempt(name, "softmax", "accepted", { hash: `hash of ${name}` })));

test("all are different, legible and the same each time", () => {
  const codes = leaderboardCodes(RUN, NAMES);
  expect(new Set(codes.values()).size).toBe(NAMES.length);
  for (const code of codes.values()) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(leaderboardCodes(structuredClone(RUN), [...NAMES].reverse()).get("candidate-7")).toBe(
    codes.get("candidate-7"),
  );
});

test.each([
  ["the seed", { seed: "other" }],
  ["another's source", { attempts: [{ ...RUN.attempts[0]!, hash: "other" }, ...RUN.attempts.slice(1)] }],
  ["another's time", { attempts: [{ ...RUN.attempts[0]!, durationMs: 1.25 }, ...RUN.attempts.slice(1)] }],
])("cannot be computed without %s", (_, change) => {
  const code = leaderboardCodes({ ...RUN, ...change }, NAMES).get("candidate-7");
  expect(code).not.toBe(leaderboardCodes(RUN, NAMES).get("candidate-7"));
});

test("do not change with the roster", () => {
  const more = withMissing({ ...RUN, roster: [madeUpPerson("new")] });
  expect(more.attempts.length).toBeGreaterThan(RUN.attempts.length);
  expect(leaderboardCodes(more, NAMES)).toEqual(leaderboardCodes(RUN, NAMES));
});
