import { fixedLimits } from "../task/limits.ts";
import { printable, shorten } from "../text/printable.ts";
import type { SourceFolder } from "./source-files.ts";

/** How a file is imported: as a module, as data, or as text. */
export type ImportKind = "ts" | "js" | "json" | "text";

const KINDS: Readonly<Record<string, ImportKind>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".json": "json",
  ".wgsl": "text",
  ".txt": "text",
};

/** The target of an import, or the reason for refusing it. */
export type Resolved =
  | { readonly kind: "kernelmark" }
  /** A path in the candidate's folder, which has been read. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "refused"; readonly reason: string };

/** The module behind `import { … } from "kernelmark"` at run time; the types are in `candidate-api.d.ts`. */
export const KERNELMARK_MODULE = `
export function ceilDiv(a, b) {
  return Math.ceil(a / b);
}
`;

/** The reason for refusing `import("./" + name)`. */
export const COMPUTED_PATH = "Import paths must be string literals. Write each path as one plain string.";

/** The kind of a file that can be imported, by its name. */
export function importKind(path: string): ImportKind | undefined {
  return KINDS[extensionOf(path)];
}

/**
 * Resolves an import of a candidate's module: a path leads into the candidate's own folder, `kernelmark` to a module of
 * ours, and all else is refused.
 *
 * @param importer the module's path in the folder
 */
export function resolveImport(folder: SourceFolder, specifier: string, importer: string): Resolved {
  if (specifier === "kernelmark") return { kind: "kernelmark" };
  if (!/^\.\.?(\/|$)/.test(specifier)) return refuse(foreignReason(folder, specifier));
  const path = joinPaths(importer, specifier);
  if (path === ".." || path.startsWith("../")) {
    return refuse(`${quote(specifier)} leads out of your folder. Copy the file into it.`);
  }
  return resolveFile(folder, spellings(path));
}

/** As TypeScript resolves paths: without an extension, or with `.js` for a `.ts` file. */
export function spellings(path: string): string[] {
  const extension = extensionOf(path);
  if (extension === ".js") return [path, `${path.slice(0, -3)}.ts`];
  return KINDS[extension] === undefined ? [path, `${path}.ts`, `${path}.js`] : [path];
}

/**
 * Paths that an import resolved to this one may have tried first: a file there would have been taken instead. Some of
 * them may never have been tried.
 */
export function soughtBefore(path: string): string[] {
  const extension = extensionOf(path);
  if (extension !== ".ts" && extension !== ".js") return [];
  const bare = path.slice(0, -extension.length);
  return [bare, `${bare}.ts`, `${bare}.js`].filter((other) => other !== path && other !== "");
}

/** Takes the first path that exists. */
export function resolveFile(folder: SourceFolder, paths: readonly string[]): Resolved {
  let reason: (() => string) | undefined;
  for (const path of paths) {
    const read = folder.read(path);
    if (!read.ok) {
      reason ??= read.reason;
      if (read.missing) continue;
      return refuse(read.reason());
    }
    const kind = importKind(path);
    if (kind === undefined) {
      return refuse(
        `${quote(path)} cannot be imported. Import .ts, .js or .json modules, or .wgsl or .txt files as text.`,
      );
    }
    const problem = kind === "text" ? undefined : moduleProblem(path, read.file.text);
    return problem === undefined ? { kind: "file", path } : refuse(problem);
  }
  return refuse(reason?.() ?? "There is no such file.");
}

function moduleProblem(path: string, text: string): string | undefined {
  if (new TextEncoder().encode(text).length > fixedLimits.moduleBytes) {
    return `${quote(path)} is larger than ${fixedLimits.moduleBytes / 1024} KiB. Move WGSL to .wgsl files, and split the rest.`;
  }
  return undefined;
}

/** Node's modules, without `node:` and what follows a slash. */
const NODE_MODULES: ReadonlySet<string> = new Set(
  "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib".split(
    " ",
  ),
);

function foreignReason(folder: SourceFolder, specifier: string): string {
  const allowed = "Import only files of your own folder (`./name`) and `kernelmark`.";
  const quoted = quote(specifier);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1]?.toLowerCase();
  if (scheme === "node" || NODE_MODULES.has(specifier.split("/")[0]!)) {
    return `${quoted} is a Node.js module, but plans do not run in Node.js. ${allowed}`;
  }
  if (/^\.\.?\\/.test(specifier)) {
    return `${quoted} has backslashes. Write ${quote(specifier.replaceAll("\\", "/"))}, on Windows too.`;
  }
  if (/^[/\\]/.test(specifier) || scheme?.length === 1) return `${quoted} is an absolute path. ${allowed}`;
  if (scheme !== undefined) return `${quoted} is a URL. ${allowed}`;
  const isOwnFile = !specifier.startsWith("#") && importKind(specifier) !== undefined;
  if (isOwnFile && folder.read(joinPaths("", specifier)).ok) {
    return `${quoted} must begin with \`./\`: write ${quote(`./${specifier}`)}.`;
  }
  const unescaped = /^\.(\w.*)/.exec(specifier)?.[1];
  if (unescaped !== undefined && folder.read(unescaped).ok) {
    return `${quoted} is no path: in a string, a backslash disappears. Write ${quote(`./${unescaped}`)}.`;
  }
  return `${quoted} is a package, and packages are not available. ${allowed}`;
}

/** A file's extension with its dot; names such as `.ts` have none. */
function extensionOf(path: string): string {
  return /[^/](\.[^./]*)$/.exec(path)?.[1] ?? "";
}

/** The normalised path that a relative one names in a file; paths out of the folder begin with `..`. */
function joinPaths(importer: string, path: string): string {
  const names = importer.split("/").slice(0, -1);
  for (const name of path.split("/")) {
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else if (name !== "." && name !== "") names.push(name);
  }
  return `${names.join("/") || "."}${path.endsWith("/") ? "/" : ""}`;
}

function refuse(reason: string): Resolved {
  return { kind: "refused", reason };
}

function quote(specifier: string): string {
  return `\`${shorten(printable(specifier), 120)}\``;
}
