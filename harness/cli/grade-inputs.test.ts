import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Results } from "../results/results.ts";
import { writeResults } from "../run/results-file.ts";
import { rememberInputs } from "../run/run-inputs.ts";
import { madeUpRun } from "../testing/made-up-run.ts";
import { type GradeInputs, gradeInputs, type InputOptions, taskFolderOf } from "./grade-inputs.ts";

const root = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const week = join(root, "week-3");
const assignment = join(root, "week-3.yaml");
const roster = join(root, "roster.csv");
const run = join(root, "reports", "monday");

const NOTHING: InputOptions = {
  ...{ submissions: undefined, assignment: undefined, roster: undefined },
  ...{ seed: undefined, resume: undefined, again: undefined },
};
const inputsOf = (options: Partial<InputOptions>): Promise<GradeInputs> => gradeInputs({ ...NOTHING, ...options });

function submit(candidate: string, file: string): void {
  mkdirSync(join(week, candidate), { recursive: true });
  writeFileSync(join(week, candidate, file), "export default () => 1;");
}

/** Writes a run as `grade` begins it. */
async function begin(options: Partial<InputOptions>, changes: Partial<Results> = {}): Promise<void> {
  const { inputs, assignment, roster } = await inputsOf(options);
  mkdirSync(run, { recursive: true });
  const remembered = { inputs: await rememberInputs(inputs, run), assignment, roster };
  await writeResults(madeUpRun([], { ...remembered, state: "stopped", seed: "5eed", ...changes }), run);
}

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  submit("ada", "softmax.ts");
  submit("bob", "attention.ts");
  writeFileSync(assignment, "title: Week 3\ntasks: { softmax: { points: 4 } }\nlimits: { passes: 3 }\n");
  writeFileSync(roster, "candidate,name\nADA,Ada L\nzoe,Zoe\n");
});

describe.each(["resume", "again"] as const)("with --%s", (option) => {
  it("submissions, assignment, roster and seed are those of the run", async () => {
    await begin({ submissions: week, assignment, roster });
    const found = await inputsOf({ [option]: run });
    expect(found.cohort.submissions.map(({ candidate }) => candidate)).toEqual(["ada", "bob"]);
    expect(found.assignment).toMatchObject({ title: "Week 3", limits: { passes: 3 } });
    expect(found.expectedTasks).toEqual(["softmax"]);
    expect(found.roster.map(({ candidate, name }) => [candidate, name])).toEqual([
      ["ada", "Ada L"],
      ["zoe", "Zoe"],
    ]);
    expect(found.cohort.remarks).toEqual([expect.stringContaining("`bob` is not on the roster.")]);
    expect(found.seed).toBe("5eed");
    expect(found.inputs).toEqual({ submissions: week, assignment, roster });
    expect(found.remarks).toEqual([`As in ${run}: the submissions in ${week}, ${assignment}, ${roster}.`]);
  });

  it("a run is found again after it was moved together with its inputs", async () => {
    await begin({ submissions: week, assignment, roster });
    const moved = `${root}-moved`;
    renameSync(root, moved);
    try {
      const { cohort, remarks } = await inputsOf({ [option]: join(moved, "reports", "monday") });
      expect(cohort.candidates).toEqual(["ada", "bob"]);
      expect(remarks[0]).toContain(join(moved, "week-3.yaml"));
    } finally {
      renameSync(moved, root);
    }
  });

  it("a folder that has arrived since is matched to the roster", async () => {
    await begin({ submissions: week, roster });
    submit("Zoe", "softmax.ts");
    const found = await inputsOf({ [option]: run });
    expect(found.roster.map(({ candidate }) => candidate)).toEqual(["ada", "Zoe"]);
  });

  it("an assignment or a roster that differs by now is named, and not used", async () => {
    await begin({ submissions: week, assignment, roster });
    writeFileSync(assignment, "tasks: { softmax: { points: 9 } }\n");
    writeFileSync(roster, "candidate,name\nbob,Bob\n");
    const found = await inputsOf({ [option]: run });
    expect(found.assignment.tasks.softmax?.points).toBe(4);
    expect(found.roster).toHaveLength(2);
    expect(found.remarks.slice(1)).toEqual([
      expect.stringContaining(`${assignment} differs from the assignment of the run, which counts.`),
      expect.stringContaining(`${roster} differs from the roster of the run, which counts.`),
    ]);
    rmSync(assignment);
    writeFileSync(roster, "no roster");
    expect((await inputsOf({ [option]: run })).remarks).toHaveLength(1);
  });

  it("without an assignment, tasks that are submitted for the first time count too", async () => {
    await begin({ submissions: week });
    submit("ada", "layer-norm.ts");
    expect(Object.keys((await inputsOf({ [option]: run })).assignment.tasks).sort()).toEqual([
      "attention",
      "layer-norm",
      "softmax",
    ]);
  });

  it("submissions that are no longer there are named", async () => {
    await begin({ submissions: week });
    rmSync(week, { recursive: true });
    await expect(inputsOf({ [option]: run })).rejects.toThrow(
      `The run in ${run} grades ${week}, which is no longer there.`,
    );
  });
});

it("--resume takes the same inputs, also through a link or a copy", async () => {
  await begin({ submissions: week, assignment, roster });
  const copy = join(root, "copy");
  for (const file of [assignment, roster]) cpSync(file, `${file}.copy`);
  symlinkSync(week, copy);
  const same = { submissions: copy, assignment: `${assignment}.copy`, roster: `${roster}.copy` };
  expect((await inputsOf({ resume: run, ...same })).remarks).toEqual([]);
});

it.each([
  ["folder", { submissions: join(root, "week-4") }, `The run in ${run} grades ${week}, not ${join(root, "week-4")}.`],
  ["assignment", { assignment: `${assignment}.2` }, `The run in ${run} has another assignment than ${assignment}.2.`],
  ["roster", { roster: `${roster}.2` }, `The run in ${run} has another roster than ${roster}.2.`],
])("--resume refuses another %s", async (_, other, message) => {
  await begin({ submissions: week, assignment, roster });
  cpSync(week, join(root, "week-4"), { recursive: true });
  writeFileSync(`${assignment}.2`, "title: Week 3\ntasks: { softmax: { points: 5 } }\nlimits: { passes: 3 }\n");
  writeFileSync(`${roster}.2`, "candidate,name\nADA,Ada\nzoe,Zoe\n");
  await expect(inputsOf({ resume: run, ...other })).rejects.toThrow(message);
  // Unlike --again, for which they are another run's.
  await inputsOf({ again: run, ...other });
});

it("--resume needs the folder of a run that does not record it", async () => {
  await begin({ submissions: week });
  const { inputs: _, ...older } = madeUpRun([]);
  await writeResults(older, run);
  await expect(inputsOf({ resume: run })).rejects.toThrow(`The run in ${run} does not record which folder it grades.`);
  expect((await inputsOf({ resume: run, submissions: week })).inputs).toEqual({ submissions: week });
});

it("the tasks of a run that used others than the built-in ones are found", async () => {
  await begin({ submissions: week, assignment });
  expect(await taskFolderOf(run)).toBeUndefined();
  writeFileSync(assignment, "tasks: { softmax: { points: 4 } }\ntaskFolder: own\n");
  await begin({ submissions: week, assignment });
  expect(await taskFolderOf(run)).toBe(join(root, "own"));
  await begin({ submissions: week, assignment, tasks: join(root, "others") });
  expect(await taskFolderOf(run)).toBe(join(root, "others"));
});

it("the mapping of a download says who is in a team, and what nobody could assign", async () => {
  writeFileSync(roster, "candidate,name,email\nada,Ada L,ada@x.org\nzoe,Zoe,zoe@x.org\ncy,Cy,cy@x.org\ndan,Dan,\n");
  writeFileSync(
    join(week, "collected.csv"),
    [
      "candidate,from,received,late,name,email,login,id,status,note",
      "ada,submission_1,,,,ada@x.org,,,collected,",
      "ada,submission_1,,,,zoe@x.org,,,collected,",
      ",submission_2,,,,cy@x.org,,,unclear,It is protected by a password.",
    ].join("\n"),
  );
  const { cohort, facts } = await inputsOf({ submissions: week, roster });
  expect(facts.teams).toEqual([
    { team: "ada", candidate: "ada" },
    { team: "ada", candidate: "zoe" },
  ]);
  expect(cohort.refused).toEqual([
    { path: "submission_2", reason: expect.stringContaining("protected by a password") },
  ]);
  expect(cohort.notTaken.map(({ candidate, path }) => [candidate, path])).toEqual([["cy", "submission_2"]]);
  // The assignment's teams count.
  writeFileSync(assignment, "teams: teams.csv\ntasks: { softmax: { points: 4 } }\n");
  writeFileSync(join(root, "teams.csv"), "team,candidate\nbob,bob\nbob,dan\n");
  const named = await inputsOf({ submissions: week, roster, assignment });
  expect(named.facts.teams?.map(({ team }) => team)).toEqual(["bob", "bob"]);
});
