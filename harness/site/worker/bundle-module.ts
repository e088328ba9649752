import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping";
import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import { init, parse } from "es-module-lexer";
import { transform } from "sucrase";
import type { Built, SourceProblem } from "../../plan/bundle.ts";
import { BUNDLE_GLOBAL, CANDIDATE_NAMESPACE, SCRIPT_NAME } from "../../plan/bundle-format.ts";
import { COMPUTED_PATH, importKind, KERNELMARK_MODULE, resolveFile, resolveImport } from "../../plan/resolve-import.ts";
import type { SourceFolder } from "../../plan/source-files.ts";
import { codeFrame } from "../../text/code-frame.ts";
import { positionAt } from "../../text/position.ts";
import { printable } from "../../text/printable.ts";
import { calledImports } from "./called-imports.ts";

/** The path of the module imported as `kernelmark`, which no file can have. */
const KERNELMARK = "kernelmark:";

/** A file as the body of a CommonJS function. */
interface Part {
  readonly path: string;
  readonly body: string;
  /** From the body to the file; undefined if it is not JavaScript. */
  readonly map: TraceMap | undefined;
  readonly source: string;
  /** By the specifiers in the body, the paths that they name. */
  readonly imports: Readonly<Record<string, string>>;
}

/** A module takes milliseconds; a hostile one may take sucrase forever. Wall time, on a processor that may be busy. */
export const BUNDLE_LIMIT_MS = 10_000;

class Refused extends Error {
  readonly problem: SourceProblem;

  constructor(problem: SourceProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Turns a submission's module into one script, as `build-module.ts` does with esbuild: sucrase removes the types and
 * turns modules into functions, line by line.
 */
export async function bundleModule(file: string, folder: SourceFolder): Promise<Built> {
  await init();
  try {
    const parts = new Map<string, Part>();
    const entry = resolveFile(folder, [file]);
    if (entry.kind === "refused") throw new Refused({ message: entry.reason, file, line: 1, column: 1, frame: "" });
    addParts(file, folder, parts);
    return { ok: true, ...joined([...parts.values()], file) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problems: [error.problem] };
    throw error;
  }
}

/** Adds a file and, depth first, all that it imports. */
function addParts(path: string, folder: SourceFolder, parts: Map<string, Part>): void {
  if (parts.has(path)) return;
  const source = path === KERNELMARK ? KERNELMARK_MODULE : textOf(folder, path);
  const kind = path === KERNELMARK ? "js" : importKind(path);
  if (kind === "text" || kind === "json") {
    parts.set(path, { path, source, body: dataBody(path, source, kind), map: undefined, imports: {} });
    return;
  }
  const imports = importsOf(path, source, folder);
  const { code, sourceMap } = transformed(path, source, ["typescript", "imports"]);
  parts.set(path, { path, source, body: code, map: new TraceMap(sourceMap as never), imports });
  for (const target of Object.values(imports)) addParts(target, folder, parts);
}

function textOf(folder: SourceFolder, path: string): string {
  const read = folder.read(path);
  return read.ok ? read.file.text : "";
}

function dataBody(path: string, source: string, kind: "text" | "json"): string {
  if (kind === "text") return `exports.default = ${JSON.stringify(source)};`;
  try {
    return `exports.default = ${JSON.stringify(JSON.parse(source))}; Object.assign(exports, exports.default);`;
  } catch (error) {
    throw refusal(path, source, printable((error as Error).message), 1, 1);
  }
}

/** What is left of a module's imports without those of types. */
function importsOf(path: string, source: string, folder: SourceFolder): Record<string, string> {
  const { code } = transformed(path, source, ["typescript"]);
  const found: Record<string, string> = {};
  const declared = parse(code, path)[0].flatMap((one) =>
    one.type === "import-meta" || one.type === "dynamic" || one.specifier === undefined
      ? []
      : [{ start: one.start, path: one.specifier }],
  );
  for (const one of [...declared, ...calledImports(code)]) {
    const resolved =
      one.path === undefined
        ? ({ kind: "refused", reason: COMPUTED_PATH } as const)
        : resolveImport(folder, one.path, path);
    if (resolved.kind === "refused") {
      // Sucrase keeps lines; columns change where a type was removed.
      const { line } = positionAt(code, one.start);
      const column = (source.split("\n")[line - 1] ?? "").indexOf(one.path ?? "\0");
      throw refusal(path, source, resolved.reason, line, Math.max(column, 1), (one.path?.length ?? 0) + 2);
    }
    found[one.path!] = resolved.kind === "kernelmark" ? KERNELMARK : resolved.path;
  }
  return found;
}

function transformed(path: string, source: string, transforms: ("typescript" | "imports")[]) {
  try {
    const sourceMapOptions = { compiledFilename: SCRIPT_NAME };
    return transform(source, { transforms, filePath: path, sourceMapOptions, disableESTransforms: true });
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number; column: number } };
    const text = message.replace(/^Error transforming .*?: /, "").replace(/ \(\d+:\d+\)$/, "");
    throw refusal(path, source, printable(text), loc?.line ?? 1, loc?.column ?? 1);
  }
}

function refusal(file: string, source: string, message: string, line: number, column: number, length = 1): Refused {
  return new Refused({ message, file, line, column, frame: codeFrame(source, line, column, length) });
}

/** One script that runs the entry module, and its source map. */
function joined(parts: readonly Part[], entry: string): { readonly script: string; readonly sourceMap: string } {
  const lines = [`var ${BUNDLE_GLOBAL} = (() => {`, "const parts = {"];
  const map = new GenMapping({ file: SCRIPT_NAME });
  for (const { path, body, map: own, source, imports } of parts) {
    lines.push(`${JSON.stringify(path)}: [${JSON.stringify(imports)}, function (exports, require) {`);
    if (own !== undefined && path !== KERNELMARK) addMappings(map, own, lines.length, path, source);
    lines.push(...body.split("\n"), "}],");
  }
  lines.push("};", LOADER, `return load(${JSON.stringify(entry)});`, "})();");
  return { script: lines.join("\n"), sourceMap: JSON.stringify(toEncodedMap(map)) };
}

const LOADER = `const loaded = {};
function load(path) {
  if (loaded[path] !== undefined) return loaded[path];
  const exports = loaded[path] = { __esModule: true };
  const [imports, body] = parts[path];
  body(exports, (specifier) => {
    if (!Object.hasOwn(imports, specifier)) throw new Error('Dynamic require of "' + specifier + '" is not supported');
    return load(imports[specifier]);
  });
  return exports;
}`;

function addMappings(map: GenMapping, own: TraceMap, lineOffset: number, path: string, source: string): void {
  const name = `${CANDIDATE_NAMESPACE}:${path}`;
  eachMapping(own, ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
    if (originalLine === null || originalColumn === null) return;
    addMapping(map, {
      generated: { line: generatedLine + lineOffset, column: generatedColumn },
      source: name,
      original: { line: originalLine, column: originalColumn },
    });
  });
  setSourceContent(map, name, source);
}
