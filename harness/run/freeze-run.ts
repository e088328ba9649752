import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeAtomically } from "../files/atomic-file.ts";
import { CHECKSUMS, checksumsOf, type FrozenState, formatChecksums } from "./frozen-run.ts";
import { holdRunFolder } from "./run-folder.ts";

/**
 * Lists all files of a run with their checksums. From then on, nothing writes to its folder.
 *
 * @param folder of a complete run
 * @throws UserError if it is frozen already, is in use, or cannot be read or written
 */
export async function freezeRun(folder: string): Promise<Pick<FrozenState, "files" | "checksum">> {
  const held = await holdRunFolder(folder, true);
  try {
    const sums = await checksumsOf(folder);
    const list = formatChecksums(sums);
    await writeAtomically(join(folder, CHECKSUMS), list, { isDurable: true });
    return { files: sums.size, checksum: createHash("sha256").update(list).digest("hex") };
  } finally {
    await held.release();
  }
}
