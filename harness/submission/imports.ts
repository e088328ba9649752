import type { OnLoadArgs, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { CANDIDATE_NAMESPACE, KERNELMARK_NAMESPACE } from "../plan/bundle-format.ts";
import { COMPUTED_PATH, importKind, KERNELMARK_MODULE, resolveFile, resolveImport } from "../plan/resolve-import.ts";
import type { SourceFolder } from "../plan/source-files.ts";

/** After this many refused imports, no more reasons are sought: thousands of them would take too long. */
const MOST_REFUSALS = 20;

/** Answers every import of a bundle by `resolve-import.ts`, so that esbuild never reads the file system. */
export function candidateImports(folder: SourceFolder, entry: string): Plugin {
  let refusals = 0;
  return {
    name: "candidate-imports",
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (refusals >= MOST_REFUSALS) return { path: args.path, external: true };
        const result = answer(folder, entry, args);
        if (result.errors !== undefined) refusals++;
        return result;
      });
      build.onLoad({ filter: /.*/, namespace: CANDIDATE_NAMESPACE }, (args) => loadFile(folder, args));
      build.onLoad({ filter: /.*/, namespace: KERNELMARK_NAMESPACE }, () => ({ contents: KERNELMARK_MODULE }));
      // esbuild treats `import("./" + name)` as a pattern, and looks for matching files without calling `onResolve`.
      build.onLoad({ filter: /.*/, namespace: "file" }, () => ({ errors: [{ text: COMPUTED_PATH }] }));
    },
  };
}

function answer(folder: SourceFolder, entry: string, { kind, path, importer }: OnResolveArgs): OnResolveResult {
  const resolved = kind === "entry-point" ? resolveFile(folder, [entry]) : resolveImport(folder, path, importer);
  switch (resolved.kind) {
    case "kernelmark":
      return { path: "kernelmark", namespace: KERNELMARK_NAMESPACE };
    case "file":
      return { path: resolved.path, namespace: CANDIDATE_NAMESPACE };
    case "refused":
      return { errors: [{ text: resolved.reason }] };
  }
}

function loadFile(folder: SourceFolder, { path }: OnLoadArgs) {
  const read = folder.read(path);
  if (!read.ok) return { errors: [{ text: read.reason() }] };
  // A source map within a file could name places outside the candidate's folder.
  const contents = read.file.text.replace(/([#@]\s*sourceMappingURL)=/g, "$1:");
  return { contents, loader: importKind(path)! };
}
