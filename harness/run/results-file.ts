import { dirname, join } from "node:path";
import { writeAtomically } from "../files/atomic-file.ts";
import { linesOf } from "../files/lines.ts";
import type { Attempt } from "../results/attempt.ts";
import { jsonFloat } from "../results/json-float.ts";
import type { Results, RunDescription } from "../results/results.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { AttemptFile } from "./attempt-file.ts";

const FILE = "results.json";
const SCHEMA_VERSION = 1;
/** The start of the attempts, which come last; their line begins with two spaces, those of nested keys with more. */
const ATTEMPTS = '  "attempts": [';

/** The path of a run's `results.json`. */
export function resultsPath(folder: string): string {
  return join(folder, FILE);
}

/** Atomically writes `results.json`, the source of every report, and returns its path. */
export async function writeResults(results: Results, folder: string): Promise<string> {
  const path = resultsPath(folder);
  await writeAtomically(path, formatResults(results), { isDurable: true });
  return path;
}

/** Each attempt is on its own line: large files can be searched and compared. */
function* formatResults({ attempts, ...head }: Results): Iterable<string> {
  yield `${JSON.stringify(head, jsonFloat, 2).slice(0, -2)},\n${ATTEMPTS}`;
  for (const [index, attempt] of attempts.entries()) {
    yield `${index === 0 ? "" : ","}\n    ${JSON.stringify(attempt, jsonFloat)}`;
  }
  yield `${attempts.length === 0 ? "" : "\n  "}]\n}\n`;
}

/**
 * Reads the results of a run. Its attempts leave their details in the file ({@link AttemptFile}), which must not be
 * changed while they are in use.
 *
 * @param folder the run's
 * @throws UserError if there are none, or they are damaged or of another version
 */
export async function readResults(folder: string): Promise<Results> {
  const path = resultsPath(folder);
  return (await readByLine(path)) ?? parseResults(await readText(path), path);
}

/**
 * Reads a run's results without its attempts, which may take hundreds of megabytes.
 *
 * @param folder the run's
 * @throws UserError as {@link readResults}
 */
export async function readDescription(folder: string): Promise<RunDescription> {
  const path = resultsPath(folder);
  const { attempts: _, ...description } = await parseResults(await readText(path, ATTEMPTS), path);
  return description;
}

/**
 * Reads results in the form in which they are written, one attempt after the other, and leaves the attempts' details in
 * the file. Undefined if they have another form, or something is wrong.
 */
async function readByLine(path: string): Promise<Results | undefined> {
  let head = "";
  const attempts: Attempt[] = [];
  let part: "head" | "attempts" | "end" = "head";
  try {
    const file = await AttemptFile.open(path);
    for await (const line of file.lines()) {
      const { text } = line;
      if (part !== "attempts") head += text;
      if (part === "head" && text === `${ATTEMPTS}\n`) part = "attempts";
      else if (part === "attempts" && text === "  ]\n") {
        part = "end";
        head += text;
      } else if (part === "attempts") attempts.push(file.parse(line));
    }
    return part === "end" ? withAttempts(await parseResults(head, path), attempts, path) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The text of a file.
 *
 * @param upTo the start of a line: the text ends there, with the brackets that close it
 */
async function readText(path: string, upTo?: string): Promise<string> {
  let text = "";
  try {
    for await (const line of linesOf(path)) {
      if (upTo !== undefined && line.text.startsWith(upTo)) return `${text}${upTo}]}`;
      text += line.text;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw new UserError(`${path} cannot be read (${code}).`);
    throw new UserError(
      `${dirname(path)} does not contain a run: ${FILE} is missing.`,
      "Give the folder that `grade` wrote.",
    );
  }
  return text;
}

async function parseResults(text: string, path: string): Promise<Results> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, `it is not JSON (${printable((error as Error).message)})`);
  }
  const version = (value as { readonly schema?: unknown } | null)?.schema;
  if (typeof version === "number" && version !== SCHEMA_VERSION) {
    throw new UserError(
      `${path} has version ${version} of the results' schema, but this Kernelmark reads version ${SCHEMA_VERSION}.`,
      version > SCHEMA_VERSION
        ? "Read it with the Kernelmark version that wrote it, or a newer one."
        : "Grade again, or read it with the Kernelmark version that wrote it.",
    );
  }
  const { resultsSchema } = await import("../results/results-schema.ts");
  const parsed = resultsSchema.safeParse(value);
  if (parsed.success) return withAttempts(parsed.data, parsed.data.attempts, path);
  const [issue] = parsed.error.issues;
  const field = shorten(printable(issue!.path.map(String).join(".")), 120);
  if (field === "") throw damaged(path, "it contains no results");
  throw damaged(path, `\`${field}\` is invalid (${shorten(printable(issue!.message), 400)})`, true);
}

function withAttempts(results: Results, attempts: readonly Attempt[], path: string): Results {
  const lone = attempts.find(({ task }) => !Object.hasOwn(results.caseGroups, task));
  if (lone === undefined) return { ...results, attempts };
  throw damaged(path, `\`caseGroups\` lacks the task of an attempt, ${shorten(printable(lone.task), 60)}`, true);
}

function damaged(path: string, problem: string, isOther = false): UserError {
  return new UserError(
    `${path} is damaged${isOther ? ", or of another version" : ""}: ${problem}.`,
    "Restore it from a copy, or read it with the Kernelmark version that wrote it; otherwise delete it and grade again.",
  );
}
