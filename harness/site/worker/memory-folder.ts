import { missingFile, type SourceFile, type SourceFolder, type SourceRead } from "../../plan/source-files.ts";

/** A candidate's folder whose files are in the page's editors. */
export function memoryFolder(files: readonly SourceFile[]): SourceFolder {
  const reads = new Map<string, SourceRead>();
  const read = (path: string): SourceRead => {
    const file = files.find((one) => one.path === path);
    if (file !== undefined) return { ok: true, file };
    const names = files.map((one) => one.path);
    return { ok: false, missing: true, reason: () => missingFile(path, names) };
  };
  return {
    read(path) {
      const known = reads.get(path) ?? read(path);
      reads.set(path, known);
      return known;
    },
    reached: () => files.filter(({ path }) => reads.get(path)?.ok).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    sought: () => [...reads.keys()],
  };
}
