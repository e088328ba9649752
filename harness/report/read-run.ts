import type { Results } from "../results/results.ts";
import { readResults } from "../run/results-file.ts";
import { writerOf } from "../run/run-folder.ts";
import { UserError } from "../text/user-error.ts";

/**
 * Reads the results of a run that nobody is writing any more.
 *
 * @throws UserError if it is still being written, was cut off, or cannot be read
 */
export async function readRun(folder: string): Promise<Results> {
  const owner = await writerOf(folder);
  if (owner !== undefined) {
    throw new UserError(
      `The run in ${folder} is still being written (by process ${owner.pid}${owner.host === undefined ? "" : ` on ${owner.host}`}).`,
      "Wait for it to end; it writes its own reports then.",
    );
  }
  const results = await readResults(folder);
  if (results.state !== "running") return results;
  throw new UserError(
    `The run in ${folder} was cut off before it wrote its results.`,
    `What it has graded is not lost: go on with it by \`kernelmark grade <submissions> --resume ${folder}\`.`,
  );
}
