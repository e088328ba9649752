import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../files/atomic-file.ts";
import { jsonFloat } from "../results/json-float.ts";
import type { Results } from "../results/results.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

const FILE = "results.json";
const SCHEMA_VERSION = 1;

/** Atomically writes `results.json`, the source of every report, and returns its path. */
export async function writeResults(results: Results, folder: string): Promise<string> {
  const path = join(folder, FILE);
  await writeAtomically(path, formatResults(results), { isDurable: true });
  return path;
}

/** Each attempt is on its own line: large files can be searched and compared. */
function* formatResults({ attempts, ...head }: Results): Iterable<string> {
  yield `${JSON.stringify(head, jsonFloat, 2).slice(0, -2)},\n  "attempts": [`;
  for (const [index, attempt] of attempts.entries()) {
    yield `${index === 0 ? "" : ","}\n    ${JSON.stringify(attempt, jsonFloat)}`;
  }
  yield `${attempts.length === 0 ? "" : "\n  "}]\n}\n`;
}

/**
 * Reads the results of a run.
 *
 * @param folder the run's
 * @throws UserError if there are none, or they are damaged or of another version
 */
export async function readResults(folder: string): Promise<Results> {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw new UserError(`${path} cannot be read (${code}).`);
    throw new UserError(`${folder} does not contain a run: ${FILE} is missing.`, "Give the folder that `grade` wrote.");
  }
  return parseResults(text, path);
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
  if (parsed.success) {
    const lone = parsed.data.attempts.find(({ task }) => !Object.hasOwn(parsed.data.caseGroups, task));
    if (lone === undefined) return parsed.data;
    throw damaged(path, `\`caseGroups\` lacks the task of an attempt, ${shorten(printable(lone.task), 60)}`, true);
  }
  const [issue] = parsed.error.issues;
  const field = shorten(printable(issue!.path.map(String).join(".")), 120);
  if (field === "") throw damaged(path, "it contains no results");
  throw damaged(path, `\`${field}\` is invalid (${shorten(printable(issue!.message), 400)})`, true);
}

function damaged(path: string, problem: string, isOther = false): UserError {
  return new UserError(
    `${path} is damaged${isOther ? ", or of another version" : ""}: ${problem}.`,
    "Restore it from a copy, or read it with the Kernelmark version that wrote it; otherwise delete it and grade again.",
  );
}
