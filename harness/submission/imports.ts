import { builtinModules } from "node:module";
import { extname, posix } from "node:path";
import type { Loader, OnLoadArgs, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { fixedLimits } from "../task/limits.ts";
import { printable, shorten } from "../text/printable.ts";
import { CANDIDATE_NAMESPACE, KERNELMARK_NAMESPACE } from "./bundle-format.ts";
import type { SourceFolder } from "./source-folder.ts";

/** What `import { … } from "kernelmark"` gives at run time; the types are in `candidate-api.d.ts`. */
const KERNELMARK_MODULE = `
export function ceilDiv(a, b) {
  return Math.ceil(a / b);
}
`;

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".json": "json",
  ".wgsl": "text",
  ".txt": "text",
};

export const COMPUTED_PATH =
  "An import's path is put together when the module runs, and no file can be found by it. Write every path as one plain string.";

/** A module refused so often is refused; the reasons for thousands more would take longer than all the rest. */
const MOST_REFUSALS = 20;

/**
 * Answers every import of a bundle itself, so that esbuild looks at no file system: a path leads into the candidate's
 * own folder, `kernelmark` to a module of ours, and anything else nowhere.
 */
export function candidateImports(folder: SourceFolder, entry: string): Plugin {
  let refusals = 0;
  return {
    name: "candidate-imports",
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => {
        if (refusals >= MOST_REFUSALS) return { path: args.path, external: true };
        const result = resolveImport(folder, entry, args);
        if (result.errors !== undefined) refusals++;
        return result;
      });
      build.onLoad({ filter: /.*/, namespace: CANDIDATE_NAMESPACE }, (args) => loadFile(folder, args));
      build.onLoad({ filter: /.*/, namespace: KERNELMARK_NAMESPACE }, () => ({ contents: KERNELMARK_MODULE }));
      // esbuild takes `import("./" + name)` for a pattern, and looks for files that match it without asking `onResolve`.
      build.onLoad({ filter: /.*/, namespace: "file" }, () => ({ errors: [{ text: COMPUTED_PATH }] }));
    },
  };
}

function resolveImport(folder: SourceFolder, entry: string, args: OnResolveArgs): OnResolveResult {
  if (args.kind === "entry-point") return resolveFile(folder, [entry]);
  const specifier = args.path;
  if (specifier === "kernelmark") return { path: "kernelmark", namespace: KERNELMARK_NAMESPACE };
  if (!/^\.\.?(\/|$)/.test(specifier)) return refuse(foreignReason(folder, specifier));
  const path = posix.join(posix.dirname(args.importer), specifier);
  if (path === ".." || path.startsWith("../")) {
    return refuse(`${quote(specifier)} leads out of your folder. Copy what you need into it.`);
  }
  return resolveFile(folder, spellings(path));
}

/** TypeScript's own habits: no extension, or `.js` for what is a `.ts` file. */
function spellings(path: string): string[] {
  const extension = extname(path);
  if (extension === ".js") return [path, `${path.slice(0, -3)}.ts`];
  return LOADERS[extension] === undefined ? [path, `${path}.ts`, `${path}.js`] : [path];
}

/**
 * Paths where an import that led to this one may have looked before: were something there, it would have led to that.
 * Some of them may never have been looked at.
 */
export function soughtBefore(path: string): string[] {
  const extension = extname(path);
  if (extension !== ".ts" && extension !== ".js") return [];
  const bare = path.slice(0, -extension.length);
  return [bare, `${bare}.ts`, `${bare}.js`].filter((other) => other !== path && other !== "");
}

/** Takes the first of the paths that is there. */
function resolveFile(folder: SourceFolder, paths: readonly string[]): OnResolveResult {
  let reason: (() => string) | undefined;
  for (const path of paths) {
    const read = folder.read(path);
    if (!read.ok) {
      reason ??= read.reason;
      if (read.missing) continue;
      return refuse(read.reason());
    }
    const loader = LOADERS[extname(path)];
    if (loader === undefined) {
      return refuse(
        `${quote(path)} cannot be imported: only .ts, .js and .json modules, and .wgsl and .txt files as text, can.`,
      );
    }
    if (loader !== "text") {
      const problem = moduleProblem(path, read.file.text);
      if (problem !== undefined) return refuse(problem);
    }
    return { path, namespace: CANDIDATE_NAMESPACE };
  }
  return refuse(reason?.() ?? "There is no such file.");
}

function loadFile(folder: SourceFolder, { path }: OnLoadArgs) {
  const read = folder.read(path);
  if (!read.ok) return { errors: [{ text: read.reason() }] };
  // A source map that came with a file would let it name places that are not in the candidate's folder.
  const contents = read.file.text.replace(/([#@]\s*sourceMappingURL)=/g, "$1:");
  return { contents, loader: LOADERS[extname(path)]! };
}

function moduleProblem(path: string, text: string): string | undefined {
  if (Buffer.byteLength(text) > fixedLimits.moduleBytes) {
    return `${quote(path)} is larger than ${fixedLimits.moduleBytes / 1024} KiB. Put WGSL into .wgsl files, and split the rest.`;
  }
  return undefined;
}

function foreignReason(folder: SourceFolder, specifier: string): string {
  const where = "Only files of your own folder (`./name`) and `kernelmark` can be imported.";
  const quoted = quote(specifier);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1]?.toLowerCase();
  if (scheme === "node" || builtinModules.includes(specifier)) {
    return `${quoted} belongs to Node.js, and a plan does not run there. ${where}`;
  }
  if (/^[/\\]/.test(specifier) || scheme?.length === 1) return `${quoted} is an absolute path. ${where}`;
  if (scheme !== undefined) return `${quoted} is an address. ${where}`;
  const isOwnFile = !specifier.startsWith("#") && LOADERS[extname(specifier)] !== undefined;
  if (isOwnFile && folder.read(posix.normalize(specifier)).ok) {
    return `${quoted} must begin with \`./\`: write ${quote(`./${specifier}`)}.`;
  }
  return `${quoted} is a package, and packages cannot be used. ${where}`;
}

function refuse(text: string): OnResolveResult {
  return { errors: [{ text }] };
}

function quote(specifier: string): string {
  return `\`${shorten(printable(specifier), 120)}\``;
}
