import type { SourceLimits } from "../plan/source-files.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Cohort, Submission } from "../submission/read.ts";
import { openSourceFolder } from "../submission/source-folder.ts";
import { printable } from "../text/printable.ts";
import { bundle } from "../worker/bundler.ts";
import { isUnchanged } from "./unchanged.ts";

/** The attempts of a run that is resumed, compared with the submissions of today. */
export interface Resumed {
  /** The attempts that still count. */
  readonly current: readonly Attempt[];
  /** Sentences on submissions that are judged again, because they have changed or have arrived since. */
  readonly again: readonly string[];
  /** Sentences on submissions that are no longer there: their verdicts count, since nothing else can replace them. */
  readonly gone: readonly string[];
}

/** Finds the attempts whose submission is no longer what was judged. Leaves the bundler running. */
export async function compareWithLog(
  logged: readonly Attempt[],
  { submissions }: Pick<Cohort, "submissions">,
  limits: SourceLimits,
): Promise<Resumed> {
  const key = ({ candidate, task }: Pick<Attempt, "candidate" | "task">) => JSON.stringify([candidate, task]);
  const present = new Map(submissions.map((submission) => [key(submission), submission]));
  const current: Attempt[] = [];
  const again: string[] = [];
  const gone: string[] = [];
  for (const attempt of logged) {
    const submission = present.get(key(attempt));
    const path = (file: string) => `\`${printable(`${attempt.candidate}/${file}`)}\``;
    if (submission === undefined) {
      current.push(attempt);
      if (attempt.verdict !== "missing") {
        gone.push(`${path(attempt.file)} is no longer there: the verdict on the file that was judged stays.`);
      }
    } else if (attempt.verdict === "missing") {
      again.push(`${path(submission.file)} has been submitted since, and is judged now.`);
    } else if (await isSame(attempt, submission, limits)) {
      current.push(attempt);
    } else {
      again.push(`${path(submission.file)} has changed since it was judged, and is judged again.`);
    }
  }
  return { current, again, gone };
}

async function isSame(attempt: Attempt, submission: Submission, limits: SourceLimits): Promise<boolean> {
  if (attempt.file !== submission.file) return false;
  // With cases, it was bundled, so its files are all known. Bundling it again would take far longer than reading them.
  const isKnown = attempt.cases.length > 0;
  if (isKnown && isUnchanged(openSourceFolder(submission.folder, limits), attempt.files)) return true;
  return (await bundle(submission, limits)).hash === attempt.hash;
}
