import { readTextFile } from "../files/text-file.ts";
import type { Received } from "../results/mark-facts.ts";
import { isTime, TIME_WORDS } from "../results/times.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { CsvProblems, parseTableWith, quoted } from "./csv-problems.ts";

const COLUMNS = ["candidate", "received", "task"] as const;

/**
 * Reads when candidates submitted, all or each task. Empty times are unknown. Candidates without a folder do no harm.
 *
 * @param file its name, for messages
 * @throws UserError that lists all problems, with their lines
 */
export function parseReceived(text: string, file: string): Received[] {
  const problems = new CsvProblems(file);
  const received = parseTableWith(text, file, COLUMNS, ["candidate", "received"]).flatMap(
    ({ line, cells }): Received[] => {
      const { candidate, received: at, task } = cells;
      if (candidate === "") problems.add(line, "The candidate is missing.");
      if (at === "") return [];
      if (!isTime(at)) problems.add(line, `\`received\` ${TIME_WORDS}, but is ${quoted(at)}.`);
      return [{ candidate, ...(task === "" ? {} : { task }), at }];
    },
  );
  problems.refuse();
  return received;
}

/** A line of `collected.csv`. */
interface CollectedTime {
  readonly candidate: string;
  /** ISO 8601; empty if it is not known. */
  readonly received: string;
  /** `yes` if the platform says so. */
  readonly late: string;
}

/**
 * The hand-in times of `collected.csv`, and a warning for each submission that is late without a known time.
 *
 * @param file its name, for messages
 * @throws UserError that lists times that cannot be read
 */
export function receivedFrom(
  entries: readonly CollectedTime[],
  file: string,
): { readonly received: Received[]; readonly remarks: string[] } {
  const received: Received[] = [];
  const remarks: string[] = [];
  for (const { candidate, received: at, late } of entries) {
    if (candidate === "") continue;
    if (at !== "" && !isTime(at)) {
      throw new UserError(
        `The time of ${quoted(candidate)} in ${printable(file)} ${TIME_WORDS}, but is ${quoted(at)}.`,
        "Correct it, or leave it empty if it is not known.",
      );
    }
    if (at !== "") received.push({ candidate, at });
    else if (late === "yes") {
      remarks.push(
        `\`${printable(candidate)}\` is late, as the platform says, but the hand-in time is unknown: counted as on time. Add the time to ${printable(file)}.`,
      );
    }
  }
  return { received, remarks };
}

/** @throws UserError if there is no such file, or it has problems */
export async function readReceived(file: string): Promise<Received[]> {
  const text = await readTextFile(file, {
    unreadable: "Check the path given to --received.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parseReceived(text, file);
}
