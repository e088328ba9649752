import { expect, test } from "vitest";
import type { Verdict } from "../../../results/verdict.ts";
import type { AttemptHead } from "../index-data.ts";
import { allRows, type RowQuery, selectRows } from "./leaderboard-rows.ts";

const TASKS = ["softmax", "attention"];
const ANY: RowQuery = { name: "", section: "", task: "", verdict: "", sort: "-total" };

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

const CANDIDATES = [
  { name: "zm", person: "Zoë Müller", section: "B", points: 12 },
  { name: "b10", person: "", section: "A", points: 9 },
  { name: "b9", person: "", section: "", points: 7 },
  { name: "Ada", person: "", section: "A", points: 7 },
].map((candidate, place) => ({ ...candidate, code: "", max: 15, remark: "", rank: place + 1 }));

const ATTEMPTS = [
  [attempt(0, 0, "accepted", 10), attempt(0, 1, "imprecise", 2)],
  [attempt(1, 0, "wrong-answer", 4), attempt(1, 1, "accepted", 5)],
  [attempt(2, 0, "unsupported", null), attempt(2, 1, "accepted", 7)],
  [attempt(3, 0, "accepted", 7)],
];

const ROWS = allRows({
  candidates: CANDIDATES,
  tasks: TASKS.map((name) => ({ name, points: 10, correctnessPoints: 10, speedPoints: 0, speed: null, cases: [] })),
  attempt: (candidate, task) => ATTEMPTS[candidate]?.[task],
});

const names = (query: Partial<RowQuery>) =>
  selectRows(ROWS, TASKS, { ...ANY, ...query }).map(({ candidate }) => candidate.name);

test.each([
  ["-total", ["zm", "b10", "b9", "Ada"]],
  ["total", ["b9", "Ada", "b10", "zm"]],
  ["name", ["Ada", "b9", "b10", "zm"]],
  ["-name", ["zm", "b10", "b9", "Ada"]],
  ["section", ["b9", "b10", "Ada", "zm"]],
  ["-softmax", ["zm", "Ada", "b10", "b9"]],
  ["softmax", ["b10", "Ada", "zm", "b9"]],
  ["attention", ["zm", "b10", "b9", "Ada"]],
])("by %s, attempts without points come last", (sort, expected) => {
  expect(names({ sort })).toEqual(expected);
});

test("filters by part of a name, by section, by verdict, and by verdict of one task", () => {
  expect(names({ name: " B1" })).toEqual(["b10"]);
  expect(names({ name: "zoe mu" })).toEqual(["zm"]);
  expect(names({ name: "ZOË" })).toEqual(["zm"]);
  expect(names({ name: "ZM" })).toEqual(["zm"]);
  expect(names({ section: "A" })).toEqual(["b10", "Ada"]);
  expect(names({ verdict: "accepted" })).toEqual(["zm", "b10", "b9", "Ada"]);
  expect(names({ verdict: "accepted", task: "attention" })).toEqual(["b10", "b9"]);
  expect(names({ task: "attention" })).toEqual(["zm", "b10", "b9"]);
  expect(names({ name: "nobody" })).toEqual([]);
});
