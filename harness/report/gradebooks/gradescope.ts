import { join } from "node:path";
import { createColors } from "picocolors";
import { writeAtomically } from "../../files/atomic-file.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { CandidateMarks, TaskMark } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import { folderNames } from "../feedback/folder-names.ts";
import type { MarkedRun, Report } from "../report.ts";
import { attemptText } from "../terminal/attempt-text.ts";

const FOLDER = "gradescope";
const FILE = "results.json";
const STYLE = { colors: createColors(false), width: 80 };

/**
 * The file that Gradescope's autograder reads as `/autograder/results/results.json`, for each candidate.
 * Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
 */
interface GradescopeResults {
  readonly score: number;
  /** In seconds. */
  readonly execution_time: number;
  readonly output: string;
  readonly output_format: "text";
  readonly visibility: "visible";
  readonly stdout_visibility: "hidden";
  readonly tests: readonly GradescopeTest[];
  readonly leaderboard: readonly { readonly name: string; readonly value: number; readonly order: "desc" }[];
}

interface GradescopeTest {
  /** Omitted, with `max_score`, if there is no mark. */
  readonly score?: number;
  readonly max_score?: number;
  readonly status?: "passed" | "failed";
  readonly name: string;
  readonly name_format: "text";
  readonly output: string;
  readonly output_format: "text";
  readonly tags: readonly string[];
  readonly visibility: "visible";
}

/** `gradescope/<candidate>/results.json`: marks and evidence in the format of Gradescope's autograders. */
export const gradescope: Report = {
  name: "gradescope",
  about: "gradescope/<candidate>/results.json, for Gradescope's autograders",
  isByCandidate: true,
  async write(run, folder) {
    const names = folderNames(run.everybody.candidates.map(({ candidate }) => candidate));
    const paths: string[] = [];
    for (const marks of run.marks.candidates) {
      const own = join(folder, FOLDER, names.get(marks.candidate)!);
      await makeFolder(own);
      const path = join(own, FILE);
      await writeAtomically(path, `${JSON.stringify(resultsFor(marks, run), null, 2)}\n`);
      paths.push(path);
    }
    return paths;
  },
};

function resultsFor(marks: CandidateMarks, { results, marks: { isIndicative } }: MarkedRun): GradescopeResults {
  const attempts = new Map(
    results.attempts.filter(({ candidate }) => candidate === marks.candidate).map((attempt) => [attempt.task, attempt]),
  );
  const durationMs = [...attempts.values()].reduce((sum, attempt) => sum + attempt.durationMs, 0);
  return {
    score: marks.points,
    execution_time: Number((durationMs / 1000).toFixed(3)),
    output: overview(marks, results.assignment.title, isIndicative),
    output_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    tests: Object.entries(marks.tasks).map(([task, mark]) => testFor(task, mark, attempts.get(task))),
    leaderboard: Object.keys(marks.tasks).flatMap((task) => {
      const measurement = attempts.get(task)?.measurement;
      if (measurement?.state !== "measured" || measurement.isImplausible) return [];
      const value = Number(measurement.speedup.toFixed(3));
      return [{ name: `${task}: speed relative to ${measurement.against}`, value, order: "desc" as const }];
    }),
  };
}

function overview({ points, max, tasks }: CandidateMarks, title: string, isIndicative: boolean): string {
  const lines = [`${title}: ${points} of ${max} points`];
  const unmarked = Object.entries(tasks).filter(([, { points: own }]) => own === null);
  for (const [task, { remark }] of unmarked) lines.push(`${task} has no mark yet: ${remark}.`);
  if (isIndicative) lines.push("Practice run: marks are indicative.");
  return lines.join("\n");
}

function testFor(task: string, { points, max, remark }: TaskMark, attempt: Attempt | undefined): GradescopeTest {
  const text = attempt === undefined ? "Not graded." : attemptText(attempt, STYLE);
  return {
    ...(points === null ? {} : { score: points, max_score: max, status: points === max ? "passed" : "failed" }),
    name: task,
    name_format: "text",
    output: remark === "" ? text : `${text}\n\nMark: ${remark}.`,
    output_format: "text",
    tags: attempt === undefined ? [task] : [task, attempt.verdict],
    visibility: "visible",
  };
}
