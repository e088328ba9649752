import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, it } from "vitest";
import { taskNames } from "../../catalog/load.ts";
import { packageRoot } from "../../files/package-root.ts";
import { readAssignment } from "../../marks/read-assignment.ts";
import { madeUpAttempt, madeUpMeasurement, madeUpRun, NASTY } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import schema from "./gradescope.schema.json" with { type: "json" };
import { gradescope } from "./gradescope.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUN = madeUpRun([
  madeUpAttempt("ada", "softmax", "accepted", { measurement: madeUpMeasurement(2) }),
  madeUpAttempt("ada", "attention", "wrong-answer"),
  madeUpAttempt("Ada", "softmax", "accepted", { measurement: madeUpMeasurement(9, { isImplausible: true }) }),
  madeUpAttempt("../bob", "softmax", "unsupported"),
  madeUpAttempt("../bob", "attention", "missing", { file: "" }),
  madeUpAttempt(NASTY, "softmax", "wrong-answer", { message: NASTY, log: NASTY }),
]);

let paths: string[];
beforeAll(async () => {
  paths = await gradescope.write(markRun(RUN), folder);
});

const read = (candidate: RegExp) =>
  JSON.parse(readFileSync(paths.find((path) => candidate.test(path.slice(folder.length)))!, "utf8"));

it("has the fields that Gradescope specifies, for any input", () => {
  const validate = new Ajv({ allowUnionTypes: true, strictRequired: false }).compile(schema);
  expect(paths).toHaveLength(4);
  for (const path of paths) {
    expect(validate(JSON.parse(readFileSync(path, "utf8"))), JSON.stringify(validate.errors)).toBe(true);
  }
});

it("gives a score for each task, with feedback, and a leaderboard of speeds", () => {
  const results = read(/\/ada-[\da-f]{8}\//);
  expect(results).toMatchObject({ score: 10.5, execution_time: 3, visibility: "visible", stdout_visibility: "hidden" });
  expect(results.output).toBe("Week 3: 10.5 of 15 points");
  expect(results.tests).toMatchObject([
    { name: "softmax", score: 8, max_score: 10, status: "failed", tags: ["softmax", "accepted"] },
    { name: "attention", score: 2.5, max_score: 5, status: "failed", tags: ["attention", "wrong-answer"] },
  ]);
  expect(results.tests[1].output).toContain("attention: wrong-answer, some output elements are wrong");
  expect(results.tests[1].output).toContain("Mark: 1 of 2 groups of cases passed.");
  expect(results.leaderboard).toEqual([{ name: "softmax: speed relative to plain", value: 2, order: "desc" }]);
});

it("keeps implausible times off the leaderboard", () => {
  expect(read(/\/Ada-[\da-f]{8}\//).leaderboard).toEqual([]);
});

it("names unmarked tasks, and omits their scores", () => {
  const results = read(/bob/);
  expect(results.output).toContain("softmax has no mark yet: held for manual review: this adapter lacks");
  expect(results.tests[0]).not.toHaveProperty("score");
  // Gradescope would take the sum of the other tasks for the mark.
  expect(results).not.toHaveProperty("score");
  expect(results.output).toContain("Week 3: not marked yet");
  for (const test of results.tests) expect(test).not.toHaveProperty("score");
});

it("stays in its folder", () => {
  expect(readdirSync(folder)).toEqual(["gradescope"]);
  expect(readdirSync(join(folder, "gradescope"))).toHaveLength(4);
});

it("escapes control characters of a candidate", () => {
  const { tests } = read(/HYPERLINK/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
  expect(tests[0].output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

it("has an example of an assignment that is valid", async () => {
  const example = join(packageRoot(), "docs/gradescope/assignment.yaml");
  expect((await readAssignment(example, taskNames())).tasks).toHaveProperty("softmax");
});

it("is written for one candidate under the same name", async () => {
  const [only, ...others] = await gradescope.write(markRun(RUN, "ada"), folder);
  expect(others).toEqual([]);
  expect(paths).toContain(only);
});
