import { builtinModules } from "node:module";
import { extname, posix } from "node:path";
import type { Loader, OnLoadArgs, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { fixedLimits } from "../task/limits.ts";
import { printable, shorten } from "../text/printable.ts";
import { CANDIDATE_NAMESPACE, KERNELMARK_NAMESPACE } from "./bundle-format.ts";
import type { SourceFolder } from "./source-folder.ts";

/** The module behind `import { … } from "kernelmark"` at run time; the types are in `candidate-api.d.ts`. */
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

export const COMPUTED_PATH = "Import paths must be string literals. Write each path as one plain string.";

/** After this many refused imports, no more reasons are sought: thousands of them would take too long. */
const MOST_REFUSALS = 20;

/**
 * Answers every import of a bundle, so that esbuild never reads the file system: a path leads into the candidate's own
 * folder, `kernelmark` to a module of ours, and all else is refused.
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
      // esbuild treats `import("./" + name)` as a pattern, and looks for matching files without calling `onResolve`.
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
    return refuse(`${quote(specifier)} leads out of your folder. Copy the file into it.`);
  }
  return resolveFile(folder, spellings(path));
}

/** As TypeScript resolves paths: without an extension, or with `.js` for a `.ts` file. */
export function spellings(path: string): string[] {
  const extension = extname(path);
  if (extension === ".js") return [path, `${path.slice(0, -3)}.ts`];
  return LOADERS[extension] === undefined ? [path, `${path}.ts`, `${path}.js`] : [path];
}

/**
 * Paths that an import resolved to this one may have tried first: a file there would have been taken instead. Some of
 * them may never have been tried.
 */
export function soughtBefore(path: string): string[] {
  const extension = extname(path);
  if (extension !== ".ts" && extension !== ".js") return [];
  const bare = path.slice(0, -extension.length);
  return [bare, `${bare}.ts`, `${bare}.js`].filter((other) => other !== path && other !== "");
}

/** Takes the first path that exists. */
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
        `${quote(path)} cannot be imported. Import .ts, .js or .json modules, or .wgsl or .txt files as text.`,
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
  // A source map within a file could name places outside the candidate's folder.
  const contents = read.file.text.replace(/([#@]\s*sourceMappingURL)=/g, "$1:");
  return { contents, loader: LOADERS[extname(path)]! };
}

function moduleProblem(path: string, text: string): string | undefined {
  if (Buffer.byteLength(text) > fixedLimits.moduleBytes) {
    return `${quote(path)} is larger than ${fixedLimits.moduleBytes / 1024} KiB. Move WGSL to .wgsl files, and split the rest.`;
  }
  return undefined;
}

function foreignReason(folder: SourceFolder, specifier: string): string {
  const allowed = "Import only files of your own folder (`./name`) and `kernelmark`.";
  const quoted = quote(specifier);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1]?.toLowerCase();
  if (scheme === "node" || builtinModules.includes(specifier)) {
    return `${quoted} is a Node.js module, but plans do not run in Node.js. ${allowed}`;
  }
  if (/^\.\.?\\/.test(specifier)) {
    return `${quoted} has backslashes. Write ${quote(specifier.replaceAll("\\", "/"))}, on Windows too.`;
  }
  if (/^[/\\]/.test(specifier) || scheme?.length === 1) return `${quoted} is an absolute path. ${allowed}`;
  if (scheme !== undefined) return `${quoted} is a URL. ${allowed}`;
  const isOwnFile = !specifier.startsWith("#") && LOADERS[extname(specifier)] !== undefined;
  if (isOwnFile && folder.read(posix.normalize(specifier)).ok) {
    return `${quoted} must begin with \`./\`: write ${quote(`./${specifier}`)}.`;
  }
  const unescaped = /^\.(\w.*)/.exec(specifier)?.[1];
  if (unescaped !== undefined && folder.read(unescaped).ok) {
    return `${quoted} is no path: in a string, a backslash disappears. Write ${quote(`./${unescaped}`)}.`;
  }
  return `${quoted} is a package, and packages are not available. ${allowed}`;
}

function refuse(text: string): OnResolveResult {
  return { errors: [{ text }] };
}

function quote(specifier: string): string {
  return `\`${shorten(printable(specifier), 120)}\``;
}
