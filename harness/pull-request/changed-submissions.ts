import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { BundleResult } from "../plan/bundle.ts";
import { type NotTaken, notTakenSentence } from "../results/not-taken.ts";
import { moduleTask } from "../submission/module-name.ts";
import { type Cohort, readCohort, type Submission } from "../submission/read.ts";
import { limitRanges } from "../task/limits.ts";
import { printable } from "../text/printable.ts";
import { bundle } from "../worker/bundler.ts";

/** A candidate's submissions, split into those that a pull request changes and the others. */
export interface ChangedSubmissions {
  /** Only the changed submissions. Modules that are not taken are refused; other files give warnings. */
  readonly cohort: Cohort;
  /** Tasks whose submission is unchanged. */
  readonly unchanged: readonly string[];
}

/** The most that an assignment may allow: a change in an unread file would go unnoticed. */
const WIDEST = { files: limitRanges.files.most, sourceKibibytes: limitRanges.sourceKibibytes.most };

/**
 * Compares a candidate's submissions before and after. A submission has changed if its module or any imported file has:
 * a README does not count, and a shared `.wgsl` counts for each task that uses it. Leaves the bundler running.
 *
 * @param before a folder with the candidate's folder as it was; may be empty
 * @param after the same after the pull request
 */
export async function findChangedSubmissions(
  before: string,
  after: string,
  candidate: string,
  taskNames: readonly string[],
): Promise<ChangedSubmissions> {
  const cohort = await readCohort(after, taskNames);
  const imported = new Set<string>();
  const earlier = (await isThere(before, candidate)) ? (await readCohort(before, taskNames)).submissions : [];
  const changed: Submission[] = [];
  const unchanged: string[] = [];
  for (const submission of cohort.submissions) {
    const bundled = await bundle(submission, WIDEST);
    for (const { path } of bundled.files) imported.add(printable(`${candidate}/${path}`));
    const same = earlier.find(({ task, file }) => task === submission.task && file === submission.file);
    const isChanged = same === undefined || identity(await bundle(same, WIDEST)) !== identity(bundled);
    if (isChanged) changed.push(submission);
    else unchanged.push(submission.task);
  }
  const lacking = cohort.notTaken.filter(
    ({ path, task, instead }) => task !== "" && instead === "" && !imported.has(path),
  );
  const isModule = ({ path, task }: NotTaken) =>
    dirname(path) === printable(candidate) && moduleTask(basename(path), taskNames) === task;
  const refused = lacking.filter(isModule).map(({ path, reason, fix }) => ({ path, reason: `${reason} ${fix}` }));
  const remarks = lacking.filter((one) => !isModule(one)).map(notTakenSentence);
  return {
    cohort: {
      ...cohort,
      submissions: changed,
      refused: [...cohort.refused, ...refused],
      // Files for tasks that are not in the pull request may come with the next one.
      notTaken: [],
      remarks: [...cohort.remarks, ...remarks],
    },
    unchanged,
  };
}

/** The hash of the files read; with the reason if bundling failed, since a file may have been too large to read. */
function identity(result: BundleResult): string {
  return result.ok ? result.hash : JSON.stringify([result.hash, result.problems]);
}

async function isThere(root: string, candidate: string): Promise<boolean> {
  return (await readdir(join(root, candidate)).catch(() => [])).length > 0;
}
