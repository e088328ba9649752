import { type BuildFailure, type BuildOptions, type BuildResult, build, type Message, transform } from "esbuild";
import { type Built, ofWholeModule, type SourceProblem } from "../plan/bundle.ts";
import { BUNDLE_GLOBAL, KERNELMARK_NAMESPACE } from "../plan/bundle-format.ts";
import { COMPUTED_PATH } from "../plan/resolve-import.ts";
import type { SourceFile, SourceFolder } from "../plan/source-files.ts";
import { fixedLimits } from "../task/limits.ts";
import { codeFrame } from "../text/code-frame.ts";
import { printable, shorten } from "../text/printable.ts";
import { candidateImports } from "./imports.ts";

const PROBLEMS_SHOWN = 5;

/** Starts esbuild's process, which takes longer than a build. */
export async function warmEsbuild(): Promise<void> {
  await transform("");
}

/**
 * Turns a submission's module into one script, without running any of it. Call it only in the bundler's process
 * (`harness/worker/bundler.ts`): a hostile module may take unbounded time and memory.
 *
 * @throws if esbuild's process ends
 */
export async function buildModule(file: string, folder: SourceFolder): Promise<Built> {
  let result: BuildResult;
  try {
    result = await build(buildOptions(file, folder));
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    return refused(errors, file, folder);
  }
  const unmatched = result.warnings.filter(({ id }) => id === "empty-glob");
  if (unmatched.length > 0) return refused(unmatched, file, folder);
  const output = (end: string) => result.outputFiles!.find(({ path }) => path.endsWith(end))!;
  if (output(".js").contents.length > fixedLimits.scriptBytes) {
    const mebibytes = fixedLimits.scriptBytes / 2 ** 20;
    return ofWholeModule(file, `The bundled module is larger than ${mebibytes} MiB. Shorten it.`);
  }
  return { ok: true, script: output(".js").text, sourceMap: output(".js.map").text };
}

function buildOptions(file: string, folder: SourceFolder): BuildOptions {
  return {
    entryPoints: [file],
    plugins: [candidateImports(folder, file)],
    // Never written; esbuild wants a name for the script and its map.
    outfile: "submission.js",
    write: false,
    bundle: true,
    format: "iife",
    globalName: BUNDLE_GLOBAL,
    platform: "neutral",
    // The sandbox's engine supports es2022, so stack traces and constants stay as written.
    target: "es2022",
    charset: "utf8",
    sourcemap: "external",
    // Without these esbuild looks for configuration in the file system.
    tsconfigRaw: "{}",
    packages: "bundle",
    legalComments: "none",
    logLevel: "silent",
    logLimit: PROBLEMS_SHOWN,
  };
}

function refused(errors: readonly Message[], file: string, folder: SourceFolder): Built {
  const files = folder.reached();
  // A pattern of paths gives an error for each file that it matches.
  const problems = new Map<string, SourceProblem>();
  for (const error of errors) {
    if (problems.size === PROBLEMS_SHOWN) break;
    const problem = problemOf(error, file, files);
    problems.set(JSON.stringify(problem), problem);
  }
  return { ok: false, problems: [...problems.values()] };
}

function problemOf(error: Message, module: string, files: readonly SourceFile[]): SourceProblem {
  // `candidateImports` answers every plain path. A path that esbuild itself cannot resolve is a pattern without a
  // match; the message must not reveal whether files match.
  const isPattern = error.id === "empty-glob" || error.text.startsWith("Could not resolve ");
  const text = isPattern ? COMPUTED_PATH : error.text;
  const message = shorten(printable(text), fixedLimits.messageChars);
  const { location } = error;
  if (location === null) return { message, file: module, line: 1, column: 1, frame: "" };
  const file = location.file.replace(/^[^:]*:/, "");
  // esbuild counts columns from 0, in UTF-8 bytes.
  const bytes = Buffer.from(location.lineText);
  const column = bytes.subarray(0, location.column).toString().length + 1;
  const length = bytes.subarray(location.column, location.column + location.length).toString().length;
  const source = files.find(({ path }) => path === file)?.text;
  const isOwn = source !== undefined && !location.file.startsWith(KERNELMARK_NAMESPACE);
  return {
    message,
    file: isOwn ? file : module,
    line: location.line,
    column,
    frame: isOwn ? codeFrame(source, location.line, column, length) : "",
  };
}
