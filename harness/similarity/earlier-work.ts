import { readdir, stat } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import type { SubmittedFile } from "../results/attempt.ts";
import { readResults } from "../run/results-file.ts";
import { spellings } from "../submission/imports.ts";
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
 * Reads earlier cohorts' work: a run's folder, a folder of runs, or a folder of submissions.
 *
 * @param except a run's folder that is left out, being the one to compare with
 * @throws UserError if the folder is missing or has no work in it
 */
export async function readEarlierWork(
  folder: string,
  taskNames: readonly string[],
  except?: string,
): Promise<EarlierAttempt[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`The folder ${folder} of --against cannot be read (${error.code}).`, "Check its path.");
  });
  const folders = names.includes(RESULTS) ? [folder] : names.sort().map((name) => join(folder, name));
  const runs: string[] = [];
  for (const one of folders) {
    if (
      await stat(join(one, RESULTS)).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      runs.push(one);
  }
  if (runs.length === 0) return readSubmissions(folder, taskNames);
  const earlier: EarlierAttempt[] = [];
  for (const run of runs) {
    if (except !== undefined && resolve(run) === resolve(except)) continue;
    for (const { candidate, task, files } of (await readResults(run)).attempts) {
      earlier.push({ cohort: basename(resolve(run)), candidate, task, files });
    }
  }
  return earlier;
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
  const queue = [module];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const read = source.read(path);
    if (!read.ok) continue;
    for (const [, specifier] of read.file.text.matchAll(IMPORT)) {
      const target = posix.join(posix.dirname(path), specifier!);
      const sought = source.sought();
      if (!target.startsWith("../")) queue.push(...spellings(target).filter((one) => !sought.includes(one)));
    }
  }
  return source.reached().map(({ path, text }) => ({ name: path, text }));
}
