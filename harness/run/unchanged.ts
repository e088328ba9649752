import { soughtBefore } from "../plan/resolve-import.ts";
import type { SourceFolder, SourceLimits } from "../plan/source-files.ts";
import type { Submission } from "../submission/read.ts";
import { openSourceFolder } from "../submission/source-folder.ts";
import type { AttemptCache, KnownAttempt } from "./attempt-cache.ts";

/**
 * The earlier attempt of a submission whose files are all unchanged, found without bundling it again, which would take
 * longer than everything else. A submission that is not found may still be unchanged.
 */
export async function findUnchanged(
  cache: Pick<AttemptCache, "withModule">,
  { task, file, folder: path }: Submission,
  limits: SourceLimits,
): Promise<KnownAttempt | undefined> {
  const folder = openSourceFolder(path, limits);
  const module = folder.read(file);
  if (!module.ok) return undefined;
  for (const known of await cache.withModule(task, file, module.file.text)) {
    if (isUnchanged(folder, known.attempt.files)) return known;
  }
  return undefined;
}

/** Whether bundling would read the same files with the same content. If not, they may still be the same. */
export function isUnchanged(
  folder: SourceFolder,
  files: readonly { readonly name: string; readonly text: string }[],
): boolean {
  for (const { name, text } of files) {
    const now = folder.read(name);
    if (!now.ok || now.file.text !== text) return false;
  }
  const names = new Set(files.map(({ name }) => name));
  for (const other of files.flatMap(({ name }) => soughtBefore(name))) {
    if (names.has(other)) continue;
    const there = folder.read(other);
    if (there.ok || !there.missing) return false;
  }
  return true;
}
