import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, describe, expect, it } from "vitest";
import { compareRuns } from "../report/compare-runs.ts";
import { markRun } from "../report/mark-run.ts";
import { readRun } from "../report/read-run.ts";
import { writeReports } from "../report/write-reports.ts";
import type { Results } from "../results/results.ts";
import { recallInputs, rememberInputs } from "../run/run-inputs.ts";
import { defaultLimits } from "../task/limits.ts";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";
import { movedTo, rejudged } from "./rejudged.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const assignment = join(folder, "lenient.yaml");

const RUN = madeUpRun([
  madeUpAttempt("ada", "softmax", "accepted"),
  madeUpAttempt("ada", "attention", "accepted"),
  madeUpAttempt("bob", "softmax", "missing"),
  madeUpAttempt("bob", "attention", "missing"),
]);

function under(yaml: string, run: Results = RUN): Promise<Results> {
  writeFileSync(assignment, yaml);
  return rejudged(run, { assignment, roster: undefined });
}

describe("a task that the run never looked at", () => {
  it("is not graded for anybody, and the reports can be read again", async () => {
    const results = await under("tasks: { softmax: { points: 3 }, layer-norm: { points: 4 } }");
    expect(results.remarks).toEqual(["`layer-norm` is not graded: the run never looked at it. Grade again for marks."]);
    const out = join(folder, "out");
    mkdirSync(out);
    await writeReports(markRun(results), out);
    const marks: string[][] = parse(readFileSync(join(out, "marks.csv"), "utf8"));
    expect(marks.slice(1)).toEqual([
      ["ada", "accepted", "3", "not graded", "", "3", "3", "layer-norm: not graded yet."],
      ["bob", "missing", "0", "not graded", "", "0", "3", "softmax: not submitted. layer-norm: not graded yet."],
    ]);
    const again = await readRun(out);
    expect(compareRuns(results, again).moves).toEqual([]);
    expect(again).toEqual(results);
  });
});

describe("limits of another assignment", () => {
  const yaml = "tasks: { softmax: { points: 3 } }\n";
  const limited = { ...RUN, assignment: { ...RUN.assignment, limits: { ...defaultLimits, passes: 2 } } };

  it("are not claimed, since they were not in force", async () => {
    const { assignment: changed, remarks } = await under(`${yaml}limits: { passes: 5 }\n`);
    expect(changed.limits).toBeUndefined();
    expect(remarks).toEqual([`The limits of ${assignment} were not in force in this run: grade again to apply them.`]);
    expect((await under(yaml, limited)).assignment.limits?.passes).toBe(2);
  });

  it("give no warning if they were in force", async () => {
    expect((await under(`${yaml}limits: { passes: 2 }\n`, limited)).remarks).toEqual([]);
    expect((await under(`${yaml}limits: { passes: ${defaultLimits.passes} }\n`)).remarks).toEqual([]);
  });
});

it("results in another folder still lead to the submissions, and to the new assignment", async () => {
  const [run, out] = [join(folder, "reports", "week-3"), join(folder, "elsewhere")];
  const inputs = await rememberInputs({ submissions: join(folder, "w3"), assignment: join(folder, "a.yaml") }, run);
  expect(inputs).toEqual({ submissions: "../../w3", assignment: "../../a.yaml" });
  const moved = await movedTo(out, { ...RUN, inputs }, run, { assignment, roster: undefined });
  expect(await recallInputs(moved.inputs!, out)).toEqual({ submissions: join(folder, "w3"), assignment });
});
