import { join } from "node:path";
import { createColors } from "picocolors";
import { writeAtomically } from "../../files/atomic-file.ts";
import { makeFolder } from "../../files/make-folder.ts";
import type { CandidateMarks, TaskMark } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import { printable } from "../../text/printable.ts";
import { folderNames } from "../feedback/folder-names.ts";
import { hiddenGroups, withoutHidden } from "../feedback/hidden-groups.ts";
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
  /**
   * Omitted, with those of all tests, while a task has no mark: Gradescope would take a partial sum for the mark. It
   * requires one or the other, so a file without any gives none.
   */
  readonly score?: number;
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
  readonly visibility: "visible" | "after_due_date";
}

/** `gradescope/<candidate>/results.json`: marks and evidence in the format of Gradescope's autograders. */
export const gradescope: Report = {
  name: "gradescope",
  about: "gradescope/<candidate>/results.json, for Gradescope's autograders",
  isByCandidate: true,
  async write(run, folder) {
    const names = folderNames(run.everybody.candidates.map(({ candidate }) => candidate));
    const paths: string[] = [];
    const at = new Date();
    for (const marks of run.marks.candidates) {
      const own = join(folder, FOLDER, names.get(marks.candidate)!);
      await makeFolder(own);
      const path = join(own, FILE);
      await writeAtomically(path, `${JSON.stringify(resultsFor(marks, run, at), null, 2)}\n`);
      paths.push(path);
    }
    return paths;
  },
};

/** @param at the time of the report: until the deadline, hidden groups of cases are hidden from candidates */
function resultsFor(
  marks: CandidateMarks,
  { results, marks: { isIndicative } }: MarkedRun,
  at: Date,
): GradescopeResults {
  const attempts = new Map(
    results.attempts.filter(({ candidate }) => candidate === marks.candidate).map((attempt) => [attempt.task, attempt]),
  );
  const durationMs = [...attempts.values()].reduce((sum, attempt) => sum + attempt.durationMs, 0);
  const isMarked = marks.held.length === 0;
  return {
    ...(isMarked && { score: marks.points }),
    execution_time: Number((durationMs / 1000).toFixed(3)),
    output: overview(marks, results.assignment.title, isIndicative),
    output_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    tests: Object.entries(marks.tasks).flatMap(([task, mark]) =>
      testsFor(task, mark, attempts.get(task), hiddenGroups(results, task, at), isMarked),
    ),
    leaderboard: Object.keys(marks.tasks).flatMap((task) => {
      const measurement = attempts.get(task)?.measurement;
      if (measurement?.state !== "measured" || measurement.isImplausible) return [];
      const value = Number(measurement.speedup.toFixed(3));
      return [{ name: `${task}: speed relative to ${measurement.against}`, value, order: "desc" as const }];
    }),
  };
}

function overview(
  { points, max, tasks, held, remark: ofTotal }: CandidateMarks,
  title: string,
  isIndicative: boolean,
): string {
  const lines = [held.length === 0 ? `${title}: ${points} of ${max} points` : `${title}: not marked yet`];
  if (ofTotal !== "") lines.push(`Total: ${printable(ofTotal)}.`);
  const unmarked = Object.entries(tasks).filter(([, { points: own }]) => own === null);
  for (const [task, { remark }] of unmarked) lines.push(`${task} has no mark yet: ${remark}.`);
  if (isIndicative) lines.push("Practice run: marks are indicative.");
  return lines.join("\n");
}

/** A task's test, and if some of its cases are hidden, another that shows them after the deadline. */
function testsFor(
  task: string,
  { points, max, remark }: TaskMark,
  attempt: Attempt | undefined,
  hidden: ReadonlySet<string>,
  isMarked: boolean,
): GradescopeTest[] {
  const shown = attempt === undefined ? undefined : withoutHidden(attempt, hidden);
  const text = shown === undefined ? "Not graded." : attemptText(shown, STYLE);
  const tags = attempt === undefined ? [task] : [task, attempt.verdict];
  const test: GradescopeTest = {
    ...(isMarked && points !== null && { score: points, max_score: max, status: points >= max ? "passed" : "failed" }),
    name: task,
    name_format: "text",
    output: remark === "" ? text : `${text}\n\nMark: ${printable(remark)}.`,
    output_format: "text",
    tags,
    visibility: "visible",
  };
  if (attempt === undefined || shown === attempt) return [test];
  const whole: GradescopeTest = {
    name: `${task}, with hidden cases`,
    name_format: "text",
    output: attemptText(attempt, STYLE),
    output_format: "text",
    tags,
    visibility: "after_due_date",
  };
  return [test, whole];
}
