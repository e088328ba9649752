import { expect, it } from "vitest";
import { differences, type Outcome, reasonToDiffer } from "./outcome.ts";

const ACCEPTED: Outcome = { verdict: "accepted", mistake: null, first: null, cases: "accepted accepted", message: "" };
const LATE: Outcome = { ...ACCEPTED, verdict: "time-limit", first: "[8]", cases: "accepted time-limit" };

it("names the fields in which two outcomes differ", () => {
  expect(differences(ACCEPTED, ACCEPTED)).toEqual([]);
  expect(differences(ACCEPTED, LATE)).toEqual(["verdict", "first", "cases"]);
});

it("lets messages differ", () => {
  expect(differences(ACCEPTED, { ...ACCEPTED, message: "in other words" })).toEqual([]);
});

it.each([
  ["compile-error", "the 'subgroup_id' language feature is not supported", "lacks `subgroup_id`"],
  ["unsupported", 'The plan requires "shader-f16", which this adapter lacks.', "lacks `shader-f16`"],
] as const)("explains %s by what the browser lacks", (verdict, message, reason) => {
  expect(reasonToDiffer(ACCEPTED, { ...ACCEPTED, verdict, message })).toBe(reason);
});

it.each([
  ["They depend on values past the buffers' ends: the kernel probably reads past the end.", "reads out of bounds"],
  ["Likely cause: all invocations of a workgroup share `sum`: each needs its own.", "a race"],
])("explains cases that differ by a cause that both name: %s", (message, reason) => {
  const one: Outcome = { ...ACCEPTED, verdict: "wrong-answer", cases: "wrong-answer accepted", message };
  expect(reasonToDiffer(one, { ...one, cases: "wrong-answer wrong-answer" })).toContain(reason);
  expect(reasonToDiffer(one, { ...one, cases: "wrong-answer wrong-answer", first: "[8]" })).toBeUndefined();
  expect(reasonToDiffer(one, { ...one, cases: "wrong-answer wrong-answer", message: "" })).toBeUndefined();
});

it("explains another wrong value of the same element", () => {
  const first = (index: number, got: string) => `[8] {"index":[${index}],"expected":1,"got":${got},"bound":0.5}`;
  const one: Outcome = { ...ACCEPTED, verdict: "wrong-answer", first: first(2, "-0.5") };
  expect(reasonToDiffer(one, { ...one, first: first(2, '"NaN"') })).toContain("filled at random");
  expect(reasonToDiffer(one, { ...one, first: first(3, "-0.5") })).toBeUndefined();
});

it("explains no other difference", () => {
  expect(reasonToDiffer(ACCEPTED, LATE)).toBeUndefined();
  expect(reasonToDiffer(ACCEPTED, { ...ACCEPTED, verdict: "compile-error", message: "expected ';'" })).toBeUndefined();
});
