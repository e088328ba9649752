import type { EarlierAttempt } from "../similarity/earlier-work.ts";

/**
 * Reads the folder of `--against`.
 *
 * @param run the folder of the run to compare with it, which is left out if it is in it
 * @throws UserError if it is missing or has no work in it
 */
export async function earlierWork(folder: string | undefined, run: string): Promise<EarlierAttempt[]> {
  if (folder === undefined) return [];
  const [{ readEarlierWork }, { taskNames }] = await Promise.all([
    import("../similarity/earlier-work.ts"),
    import("../catalog/load.ts"),
  ]);
  return readEarlierWork(folder, taskNames(), run);
}
