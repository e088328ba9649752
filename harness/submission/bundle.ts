import type { BuildFailure, BuildResult, Message } from "esbuild";
import { defaultLimits, fixedLimits } from "../limits.ts";
import { BUNDLE_GLOBAL, KERNELMARK_NAMESPACE } from "./bundle-format.ts";
import { codeFrame, type Place } from "./code-frame.ts";
import { COMPUTED_PATH, candidateImports } from "./imports.ts";
import { printable, shorten } from "./printable.ts";
import type { Submission } from "./read.ts";
import { hashFiles, openSourceFolder, type SourceFile, type SourceLimits } from "./source-folder.ts";

/** Something wrong in a candidate's file. */
export interface SourceProblem extends Place {
  /** Sentences for the candidate. */
  readonly message: string;
}

/** A submission as one script. */
export interface Bundle {
  /** Puts the module's exports into the global variable {@link BUNDLE_GLOBAL}. */
  readonly script: string;
  /** As JSON, with the sources in it. */
  readonly sourceMap: string;
  /** Every file that the module reached, sorted by path. */
  readonly files: readonly SourceFile[];
  /** Every path at which a file was looked for, also those where nothing is. */
  readonly sought: readonly string[];
  /** SHA-256 of the files' paths and contents, in hex. */
  readonly hash: string;
}

export type BundleResult =
  | ({ readonly ok: true } & Bundle)
  | ({ readonly ok: false; readonly problems: readonly SourceProblem[] } & Pick<Bundle, "files" | "sought" | "hash">);

const PROBLEMS_SHOWN = 5;

// esbuild runs one process for all builds. One build at a time, so that when that process dies or has to be stopped
// it is known whose module did it. A build takes some milliseconds.
let lastBuild: Promise<unknown> = Promise.resolve();

/**
 * Turns a submission into one script, without running any of it. Never throws for a candidate's fault.
 *
 * The files of a refused submission, and their hash, are those that were reached before the refusal.
 */
export function bundle(submission: Submission, limits: SourceLimits = defaultLimits): Promise<BundleResult> {
  const result = lastBuild.then(() => bundleAlone(submission, limits));
  lastBuild = result.catch(() => undefined);
  return result;
}

/** Ends esbuild's process. A later {@link bundle} starts it again. */
export async function stopBundler(): Promise<void> {
  await lastBuild;
  if (esbuild !== undefined) await (await esbuild).stop();
}

let esbuild: Promise<typeof import("esbuild")> | undefined;

/** Loads esbuild, which takes longer than a build: whoever knows that there will be one has it loaded meanwhile. */
export function loadBundler(): Promise<typeof import("esbuild")> {
  esbuild ??= import("esbuild");
  return esbuild;
}

async function bundleAlone(submission: Submission, limits: SourceLimits): Promise<BundleResult> {
  const first = await buildOnce(submission, limits);
  // The process may have been ended from outside; only a module that does it twice is to blame.
  const outcome = first.kind === "died" ? await buildOnce(submission, limits) : first;
  const { folder } = outcome;
  const files = folder.reached();
  const found = { files, sought: folder.sought(), hash: hashFiles(files) };
  const fail = (problems: readonly SourceProblem[]): BundleResult => ({ ok: false, problems, ...found });
  const wholeModule = (message: string): BundleResult =>
    fail([{ message, file: submission.file, line: 1, column: 1, frame: "" }]);

  switch (outcome.kind) {
    case "died":
      return wholeModule("The bundler broke down on this module. Make its expressions shorter and less deeply nested.");
    case "late":
      return wholeModule(
        `Bundling this module took longer than ${fixedLimits.bundleTimeMs / 1000} s. Make its expressions shorter and less deeply nested.`,
      );
    case "refused":
      return fail(
        distinct(outcome.errors.map((error) => problemOf(error, submission, files))).slice(0, PROBLEMS_SHOWN),
      );
    case "built": {
      const { script, sourceMap } = outcome;
      if (script.length > fixedLimits.scriptBytes) {
        return wholeModule(
          `The bundled module is larger than ${fixedLimits.scriptBytes / 1024 / 1024} MiB. Make it shorter.`,
        );
      }
      return { ok: true, script, sourceMap, ...found };
    }
  }
}

type Folder = ReturnType<typeof openSourceFolder>;
type Outcome = { readonly folder: Folder } & (
  | { readonly kind: "built"; readonly script: string; readonly sourceMap: string }
  | { readonly kind: "refused"; readonly errors: readonly Message[] }
  | { readonly kind: "died" }
  | { readonly kind: "late" }
);

async function buildOnce(submission: Submission, limits: SourceLimits): Promise<Outcome> {
  const folder = openSourceFolder(submission.folder, limits);
  const { build, stop } = await loadBundler();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), fixedLimits.bundleTimeMs);
  });
  try {
    const result = await Promise.race([late, startBuild(build, submission, folder)]);
    if (result === "late") {
      await stop();
      return { kind: "late", folder };
    }
    const unmatched = result.warnings.filter(({ id }) => id === "empty-glob");
    if (unmatched.length > 0) return { kind: "refused", folder, errors: unmatched };
    const text = (end: string) => result.outputFiles!.find(({ path }) => path.endsWith(end))!.text;
    return { kind: "built", folder, script: text(".js"), sourceMap: text(".js.map") };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors !== undefined) return { kind: "refused", folder, errors };
    await stop();
    return { kind: "died", folder };
  } finally {
    clearTimeout(timer);
  }
}

function startBuild(
  build: typeof import("esbuild")["build"],
  submission: Submission,
  folder: Folder,
): Promise<BuildResult> {
  return build({
    entryPoints: [submission.file],
    plugins: [candidateImports(folder, submission.file)],
    // Never written; esbuild wants a name for the script and its map.
    outfile: "submission.js",
    write: false,
    bundle: true,
    format: "iife",
    globalName: BUNDLE_GLOBAL,
    platform: "neutral",
    // What the sandbox's engine knows, so that stack traces and constants stay as they were written.
    target: "es2022",
    charset: "utf8",
    sourcemap: "external",
    // Without these esbuild looks for configuration in the file system.
    tsconfigRaw: "{}",
    packages: "bundle",
    legalComments: "none",
    logLevel: "silent",
    logLimit: PROBLEMS_SHOWN,
  });
}

/** A pattern of paths gives an error for each file that it matches. */
function distinct(problems: readonly SourceProblem[]): SourceProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function problemOf(error: Message, submission: Submission, files: readonly SourceFile[]): SourceProblem {
  // Every plain path is answered by `candidateImports`. What esbuild itself cannot resolve is a pattern without a match:
  // whether there is one is none of a candidate's business.
  const isPattern = error.id === "empty-glob" || error.text.startsWith("Could not resolve ");
  const text = isPattern ? COMPUTED_PATH : error.text;
  const message = shorten(printable(text), fixedLimits.messageChars);
  const { location } = error;
  if (location === null) return { message, file: submission.file, line: 1, column: 1, frame: "" };
  const file = location.file.replace(/^[^:]*:/, "");
  // esbuild counts columns from 0, in UTF-8 bytes.
  const bytes = Buffer.from(location.lineText);
  const column = bytes.subarray(0, location.column).toString().length + 1;
  const length = bytes.subarray(location.column, location.column + location.length).toString().length;
  const source = files.find(({ path }) => path === file)?.text;
  const isOwn = source !== undefined && !location.file.startsWith(KERNELMARK_NAMESPACE);
  return {
    message,
    file: isOwn ? file : submission.file,
    line: location.line,
    column,
    frame: isOwn ? codeFrame(source, location.line, column, length) : "",
  };
}
