import { rememberEntry } from "../catalog/history.ts";
import { rememberTask } from "../catalog/progress.ts";
import { keepVersion, versionOf } from "../catalog/versions.ts";
import type { Attempt } from "../results/attempt.ts";

/** What became of an attempt in the state folder. */
export interface RememberedCheck {
  /** The kept version with its files. */
  readonly version?: string | undefined;
  /** Whether it was kept just now. */
  readonly isNew: boolean;
  /** Sentences about what could not be written. */
  readonly problems: readonly string[];
}

/**
 * Remembers a check: in the history, and, if all cases were checked and accepted, as solved, with its source as a version.
 *
 * @param file the module, as the command named it
 * @param isPart whether only some cases were checked
 */
export async function rememberCheck(attempt: Attempt, file: string, isPart: boolean): Promise<RememberedCheck> {
  const { task, verdict, hash, message, cases, caseCount, files } = attempt;
  const isSolved = verdict === "accepted" && !isPart;
  const kept = isSolved ? await keepVersion({ task, hash, file: attempt.file, files }) : undefined;
  const version = kept === undefined ? versionOf(task, hash) : "name" in kept ? kept.name : undefined;
  const passed = cases.filter((one) => one.verdict === "accepted").length;
  const at = new Date().toISOString();
  const entry = { kind: "check", at, file, version, verdict, message, passed, caseCount, isPart } as const;
  const remembered = isPart ? undefined : await rememberTask(task, isSolved);
  const written = await rememberEntry(task, entry);
  const isNew = kept !== undefined && "name" in kept && kept.isNew;
  const problems = [
    remembered !== undefined && isSolved ? `\`tasks\` will not show ${task} as solved. ${remembered}` : undefined,
    written === undefined ? undefined : `\`history\` will not show this check. ${written}`,
    kept !== undefined && "problem" in kept ? `This version was not kept. ${kept.problem}` : undefined,
  ];
  return { version, isNew, problems: problems.filter((one) => one !== undefined) };
}
