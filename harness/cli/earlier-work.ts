import type { EarlierAttempt } from "../similarity/earlier-work.ts";

/**
 * Reads the folders of `--against`.
 *
 * @param run the folder of the run to compare with them, which is left out if it is in one of them
 * @throws UserError if one is missing or has no work in it
 */
export async function earlierWork(folders: readonly string[] | undefined, run: string): Promise<EarlierAttempt[]> {
  if (folders === undefined) return [];
  const [{ readEarlierWork }, { taskNames }] = await Promise.all([
    import("../similarity/earlier-work.ts"),
    import("../catalog/load.ts"),
  ]);
  const read = await Promise.all(folders.map((folder) => readEarlierWork(folder, taskNames(), run)));
  return read.flat();
}
