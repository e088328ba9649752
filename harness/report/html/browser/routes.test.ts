import { expect, test } from "vitest";
import { formatRoute, isNamed, parseRoute } from "./routes.ts";

test.each([
  ["#/", { view: "marks", query: {} }],
  ["#/?task=softmax&verdict=missing", { view: "marks", query: { task: "softmax", verdict: "missing" } }],
  ["#/alice", { view: "candidate", candidate: "alice" }],
  ["#/alice/softmax", { view: "attempt", candidate: "alice", task: "softmax" }],
  ["#/tasks", { view: "candidate", candidate: "tasks" }],
  ["#/%3Fverdict%3Dmissing%23x%252Fy%25", { view: "candidate", candidate: "?verdict=missing#x%2Fy%" }],
  ["#tasks", { view: "tasks" }],
  ["#task/softmax", { view: "task", task: "softmax" }],
  ["#mistakes", { view: "mistakes", task: null }],
  ["#mistakes/softmax", { view: "mistakes", task: "softmax" }],
  ["#similar", { view: "similar", group: null, pair: 0 }],
  ["#similar/3/2", { view: "similar", group: 2, pair: 1 }],
  ["#run", { view: "run" }],
] as const)("%s is an address, there and back", (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
  expect(formatRoute(route)).toBe(hash);
});

test.each(["", "#", "#nothing", "#/?", "#similar/x"])("%j falls back to a view", (hash) => {
  expect(["marks", "similar"]).toContain(parseRoute(hash).view);
});

test("a group's address may leave out the pair", () => {
  expect(parseRoute("#similar/3")).toEqual({ view: "similar", group: 2, pair: 0 });
});

test("a name that addresses cannot represent is found by its address", () => {
  const name = "half\ud800";
  const route = parseRoute(formatRoute({ view: "candidate", candidate: name }));
  expect(route.view === "candidate" && isNamed(name, route.candidate)).toBe(true);
  expect(isNamed("other", "half\ufffd")).toBe(false);
});
