import { expect, test } from "vitest";
import type { Verdict } from "../../../results/verdict.ts";
import type { AttemptHead } from "../index-data.ts";
import { type Row, type RowQuery, selectRows } from "./leaderboard-rows.ts";

const TASKS = ["softmax", "attention"];
const ANY: RowQuery = { name: "", task: "", verdict: "", sort: "-total" };

function attempt(candidate: number, task: number, verdict: Verdict, points: number | null): AttemptHead {
  const rest = {
    max: 10,
    correctnessPoints: points,
    speedPoints: 0,
    remark: "",
    mistake: null,
    speed: null,
    chunk: 0,
    place: 0,
  };
  return { candidate, task, verdict, points, ...rest };
}

const ROWS: readonly Row[] = [
  { name: "Zoë", points: 12, attempts: [attempt(0, 0, "accepted", 10), attempt(0, 1, "imprecise", 2)] },
  { name: "b10", points: 9, attempts: [attempt(1, 0, "wrong-answer", 4), attempt(1, 1, "accepted", 5)] },
  { name: "b9", points: 7, attempts: [attempt(2, 0, "unsupported", null), attempt(2, 1, "accepted", 7)] },
  { name: "Ada", points: 7, attempts: [attempt(3, 0, "accepted", 7), undefined] },
].map(({ name, points, attempts }, place) => ({
  place,
  candidate: { name, points, max: 15, remark: "", rank: place + 1 },
  attempts,
}));

const names = (query: Partial<RowQuery>) =>
  selectRows(ROWS, TASKS, { ...ANY, ...query }).map(({ candidate }) => candidate.name);

test.each([
  ["-total", ["Zoë", "b10", "b9", "Ada"]],
  ["total", ["b9", "Ada", "b10", "Zoë"]],
  ["name", ["Ada", "b9", "b10", "Zoë"]],
  ["-name", ["Zoë", "b10", "b9", "Ada"]],
  ["-softmax", ["Zoë", "Ada", "b10", "b9"]],
  ["softmax", ["b10", "Ada", "Zoë", "b9"]],
  ["attention", ["Zoë", "b10", "b9", "Ada"]],
])("by %s, attempts without points come last", (sort, expected) => {
  expect(names({ sort })).toEqual(expected);
});

test("filters by part of a name, by verdict, and by verdict of one task", () => {
  expect(names({ name: " B1" })).toEqual(["b10"]);
  expect(names({ verdict: "accepted" })).toEqual(["Zoë", "b10", "b9", "Ada"]);
  expect(names({ verdict: "accepted", task: "attention" })).toEqual(["b10", "b9"]);
  expect(names({ task: "attention" })).toEqual(["Zoë", "b10", "b9"]);
  expect(names({ name: "nobody" })).toEqual([]);
});
