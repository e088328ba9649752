import { join, relative, sep } from "node:path";

/** If a subfolder has more files than this, they are counted, not named. */
const MOST_NAMED = 3;

/** A run's files, for people: a subfolder with many files is one line with their number. */
export function fileList(files: readonly string[], folder: string): string[] {
  const counts = new Map<string, number>();
  const subfolderOf = (file: string) => {
    const [first, ...rest] = relative(folder, file).split(sep);
    return rest.length === 0 || first === ".." ? undefined : first;
  };
  for (const file of files) {
    const subfolder = subfolderOf(file);
    if (subfolder !== undefined) counts.set(subfolder, (counts.get(subfolder) ?? 0) + 1);
  }
  const lines = files.map((file) => {
    const subfolder = subfolderOf(file);
    const count = subfolder === undefined ? 0 : counts.get(subfolder)!;
    return count > MOST_NAMED ? `${join(folder, subfolder!)}${sep} (${count} files)` : file;
  });
  return [...new Set(lines)];
}
