import { readFile } from "node:fs/promises";
import { splitCsvRows } from "../files/csv-rows.ts";
import { isTime } from "../results/times.ts";
import { candidateNameProblem } from "../submission/file-name.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { decodeText } from "./source-text.ts";

/** The mapping's name in the folder of the candidates' folders. */
export const COLLECTED_FILE = "collected.csv";

/** The columns of `collected.csv`, in order. */
export const COLLECTED_COLUMNS = [
  "candidate",
  "from",
  "received",
  "late",
  "name",
  "email",
  "login",
  "id",
  "status",
  "note",
] as const;

const STATUSES = ["collected", "unclear", "ignored"] as const;

/** A line of `collected.csv`. Several lines with the same `from` are a team. Unknown fields are empty. */
export interface CollectedEntry {
  /** The name of the folder; empty unless the status is `collected`. */
  readonly candidate: string;
  /** The hand-in's path in the download. */
  readonly from: string;
  /** ISO 8601 with offset. */
  readonly received: string;
  /** The platform's mark. */
  readonly late: "yes" | "";
  readonly name: string;
  readonly email: string;
  readonly login: string;
  /** The platform's id of the user. */
  readonly id: string;
  readonly status: (typeof STATUSES)[number];
  readonly note: string;
}

/** @throws UserError if there is no such file, or a line of it cannot be used */
export async function readCollected(file: string): Promise<CollectedEntry[]> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${code}).`;
    throw new UserError(problem, "Check the path of the mapping, which `kernelmark collect` writes.");
  }
  return parseCollected(decodeText(bytes).text, file);
}

/**
 * Reads the text of a mapping, as `collect` or a spreadsheet writes it: separated by commas, semicolons or tabs.
 *
 * @param file its name, for messages
 * @throws UserError if it is not a mapping, or a line of it cannot be used
 */
export function parseCollected(text: string, file: string): CollectedEntry[] {
  const rows = splitCsvRows(text, file);
  const header = (rows.shift()?.cells ?? []).map((title) => title.trim().toLowerCase());
  for (const column of ["candidate", "from", "status"]) {
    if (header.includes(column)) continue;
    throw new UserError(
      `${file} has no column \`${column}\`.`,
      `Its first line should be ${COLLECTED_COLUMNS.join(",")}.`,
    );
  }
  const entries = rows.map(({ cells, line }) => {
    const cell = (column: string) => plainCell(cells[header.indexOf(column)] ?? "");
    return { line, entry: readEntry(cell, `Line ${line} of ${file}`) };
  });
  refuseClashes(entries, file);
  return entries.map(({ entry }) => entry);
}

function readEntry(written: (column: string) => string, place: string): CollectedEntry {
  const cell = (column: string) => written(column).trim();
  const [candidate, received, late] = [cell("candidate"), cell("received"), cell("late")];
  // Folders' names may begin and end with blanks.
  const from = written("from");
  const statusText = cell("status").toLowerCase();
  const status = STATUSES.find((known) => known === statusText);
  if (status === undefined) {
    throw new UserError(
      `${place} has the status "${quoted(statusText)}".${didYouMean(statusText, STATUSES)}`,
      `Write ${STATUSES.join(", ").replace(/, (?=\w+$)/, " or ")}.`,
    );
  }
  if (from === "")
    throw new UserError(`${place} names no hand-in in \`from\`.`, "Restore the path, or delete the line.");
  if (status === "collected" && candidate === "") {
    throw new UserError(`${place} is collected, but names no candidate.`, "Write the name of their folder.");
  }
  if (candidate.includes("/")) {
    throw new UserError(`${place}: the candidate "${quoted(candidate)}" contains a slash.`, "Name one folder.");
  }
  const problem = candidate === "" ? undefined : candidateNameProblem(candidate);
  if (problem !== undefined) {
    throw new UserError(`${place}: "${quoted(candidate)}" cannot be a folder's name. ${problem}`);
  }
  if (received !== "" && !isTime(received)) {
    throw new UserError(
      `${place}: \`received\` is "${quoted(received)}".`,
      "Write the time with its offset, such as 2026-11-27T10:00:00+01:00.",
    );
  }
  if (late !== "" && late !== "yes") {
    throw new UserError(`${place}: \`late\` is "${quoted(late)}".`, 'Write "yes", or leave it empty.');
  }
  const [name, email, login, id, note] = [cell("name"), cell("email"), cell("login"), cell("id"), cell("note")];
  return { candidate: candidate.normalize("NFC"), from, received, late, name, email, login, id, status, note };
}

/** Two hand-ins in one folder would mix; one hand-in in two folders would be graded twice. */
function refuseClashes(
  entries: readonly { readonly line: number; readonly entry: CollectedEntry }[],
  file: string,
): void {
  const byCandidate = new Map<string, { readonly line: number; readonly entry: CollectedEntry }>();
  const byFrom = new Map<string, { readonly line: number; readonly entry: CollectedEntry }>();
  for (const { line, entry } of entries) {
    const same = byFrom.get(entry.from);
    if (same !== undefined && (same.entry.candidate !== entry.candidate || same.entry.status !== entry.status)) {
      throw new UserError(
        `Lines ${same.line} and ${line} of ${file} map "${quoted(entry.from)}" differently.`,
        "Give them the same candidate and status: they are a team.",
      );
    }
    byFrom.set(entry.from, same ?? { line, entry });
    if (entry.candidate === "") continue;
    const key = folderKey(entry.candidate);
    const earlier = byCandidate.get(key);
    if (earlier !== undefined && earlier.entry.from !== entry.from) {
      throw new UserError(
        `Lines ${earlier.line} and ${line} of ${file} put two hand-ins into the folder "${quoted(entry.candidate)}".`,
        "Write `ignored` as the status of one and empty its candidate, or name another candidate.",
      );
    }
    byCandidate.set(key, earlier ?? { line, entry });
  }
}

/** Names that are one folder on some system. */
export function folderKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Undoes the apostrophe that keeps a spreadsheet from running a cell as a formula. */
function plainCell(cell: string): string {
  return cell.replace(/^'(?=\s*[=+\-@＝＋－＠])/u, "");
}

function quoted(text: string): string {
  return shorten(printable(text), 60);
}
