import type { Results } from "../results/results.ts";
import { readResults } from "../run/results-file.ts";
import { writerOf } from "../run/run-folder.ts";
import { shardText } from "../run/shard.ts";
import { UserError } from "../text/user-error.ts";

/**
 * Reads the results of a complete run.
 *
 * @throws UserError if it is still being written, was cut off, is only a shard, or cannot be read
 */
export async function readRun(folder: string): Promise<Results> {
  const owner = await writerOf(folder);
  if (owner !== undefined) {
    throw new UserError(
      `The run in ${folder} is still being written (by process ${owner.pid}${owner.host === undefined ? "" : ` on ${owner.host}`}).`,
      "Wait until it ends: it then writes its own reports.",
    );
  }
  const results = await readResults(folder);
  if (results.shard !== undefined) {
    throw new UserError(
      `${folder} is ${shardText(results.shard)} of a run: its marks would lack the other submissions.`,
      "Join all shards first: `kernelmark merge <runs…> --out <run>`",
    );
  }
  if (results.state !== "running") return results;
  throw new UserError(
    `The run in ${folder} was interrupted before it wrote its results.`,
    `Its graded submissions are kept. Continue it: \`kernelmark grade --resume ${folder}\``,
  );
}
