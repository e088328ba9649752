import { readdir } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import { spellings } from "../plan/resolve-import.ts";
import type { SubmittedFile } from "../results/attempt.ts";
import { readResults } from "../run/results-file.ts";
import { readCohort } from "../submission/read.ts";
import { openSourceFolder } from "../submission/source-folder.ts";
import { UserError } from "../text/user-error.ts";

/** A submission of an earlier cohort. */
export interface EarlierAttempt {
  /** The name of the folder or run that it comes from. */
  readonly cohort: string;
  readonly candidate: string;
  readonly task: string;
  readonly files: readonly SubmittedFile[];
}

/** `import code from "./softmax.wgsl"`, `export * from "./plan.ts"`, `import("./x.js")` */
const IMPORT = /\b(?:from|import)\s*(?:\(\s*)?["'](\.{1,2}\/[^"'\n]+)["']/g;
const RESULTS = "results.json";

/**
 * Reads earlier cohorts' work: a run's folder, a folder of submissions, or a folder of such folders.
 *
 * @param except a run's folder that is left out, being the one to compare with
 * @throws UserError if the folder is missing or has no work in it
 */
export async function readEarlierWork(
  folder: string,
  taskNames: readonly string[],
  except: string,
): Promise<EarlierAttempt[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`The folder ${folder} of --against cannot be read (${error.code}).`, "Check its path.");
  });
  const own = await readCohortFolder(folder, taskNames);
  if (own.length > 0) return own;
  const earlier: EarlierAttempt[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && resolve(path) !== resolve(except)) {
      earlier.push(...(await readCohortFolder(path, taskNames)));
    }
  }
  if (earlier.length > 0) return earlier;
  throw new UserError(
    `The folder ${folder} of --against has no submissions in it.`,
    "Name a run, a folder with one folder per candidate, or a folder of such folders.",
  );
}

/** A run's submissions, or those of a folder of candidates' folders; empty if it is neither. */
async function readCohortFolder(folder: string, taskNames: readonly string[]): Promise<EarlierAttempt[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (!entries.some(({ name }) => name === RESULTS)) {
    return readSubmissions(folder, taskNames).catch((error) => {
      // It has no candidates' folders.
      if (error instanceof UserError) return [];
      throw error;
    });
  }
  const { attempts } = await readResults(folder);
  const cohort = basename(resolve(folder));
  return attempts.map(({ candidate, task, files }) => ({ cohort, candidate, task, files }));
}

/** A folder of submissions, which are not run. */
export async function readSubmissions(root: string, taskNames: readonly string[]): Promise<EarlierAttempt[]> {
  const { submissions } = await readCohort(root, taskNames);
  const cohort = basename(resolve(root));
  return submissions.map(({ candidate, task, file, folder }) => ({
    ...{ cohort, candidate, task },
    files: importedFiles(folder, file),
  }));
}

/** The module and what it imports. Nothing is run, and what cannot be read is left out: this is a comparison of texts. */
function importedFiles(folder: string, module: string): SubmittedFile[] {
  const source = openSourceFolder(folder);
  // A set yields what is added while it is read.
  const queue = new Set([module]);
  for (const path of queue) {
    const read = source.read(path);
    if (!read.ok) continue;
    for (const [, specifier] of read.file.text.matchAll(IMPORT)) {
      const target = posix.join(posix.dirname(path), specifier!);
      if (!target.startsWith("../")) for (const spelling of spellings(target)) queue.add(spelling);
    }
  }
  return source.reached().map(({ path, text }) => ({ name: path, text }));
}
