import { readTextFile } from "../files/text-file.ts";
import type { Extension } from "../results/mark-facts.ts";
import { isTime, TIME_WORDS } from "../results/times.ts";
import { DURATION } from "../results/written-quantities.ts";
import { CsvProblems, type KnownNames, parseTableWith, quoted } from "./csv-problems.ts";

const COLUMNS = ["candidate", "until", "extra", "days", "task"] as const;

/**
 * Reads candidates' later deadlines: `until` a time, or `extra` time such as `2d`; and the late `days` that they have
 * left. A reason may be in another column, which is not read: it may be private.
 *
 * @param file its name, for messages
 * @param deadline the assignment's
 * @throws UserError that lists all problems, with their lines
 */
export function parseExtensions(text: string, file: string, known: KnownNames, deadline: string): Extension[] {
  const problems = new CsvProblems(file);
  const lines = new Map<string, number>();
  const extensions = parseTableWith(text, file, COLUMNS, ["candidate", ["until", "extra", "days"]]).map(
    ({ line, cells }): Extension => {
      const { task, until, extra, days } = cells;
      const candidate = problems.candidate(line, cells.candidate, known) ?? cells.candidate;
      problems.task(line, task, known);
      const key = JSON.stringify([candidate, task]);
      problems.repeated(line, lines.get(key), `The extension of ${quoted(candidate)}`);
      lines.set(key, line);
      if (until !== "" && extra !== "") problems.add(line, "It has both `until` and `extra`: keep one of them.");
      if (until === "" && extra === "" && days === "") {
        problems.add(line, "It has neither `until` nor `extra` nor `days`: say how long the extension is.");
      }
      if (until !== "" && !isTime(until)) {
        problems.add(line, `\`until\` ${TIME_WORDS}, but is ${quoted(until)}.`);
      } else if (until !== "" && Date.parse(until) < Date.parse(deadline)) {
        problems.add(line, `\`until\` is before the deadline, ${deadline}: an extension must end later.`);
      }
      if (extra !== "" && !DURATION.test(extra)) {
        problems.add(line, `\`extra\` must be a time span such as 12h or 2d, but is ${quoted(extra)}.`);
      }
      if (days !== "" && !/^\d{1,3}$/.test(days)) {
        problems.add(line, `\`days\` must be a whole number of late days, but is ${quoted(days)}.`);
      }
      if (days !== "" && task !== "") problems.add(line, "Late `days` are for all tasks together: leave `task` empty.");
      return {
        candidate,
        ...(task === "" ? {} : { task }),
        ...(until === "" ? {} : { until }),
        ...(extra === "" ? {} : { extra }),
        ...(days === "" ? {} : { days: Number(days) }),
      };
    },
  );
  problems.refuse();
  return extensions;
}

/** @throws UserError if there is no such file, or it has problems */
export async function readExtensions(file: string, known: KnownNames, deadline: string): Promise<Extension[]> {
  const text = await readTextFile(file, {
    unreadable: "Check the path: that of `late.extensions` is relative to the assignment.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parseExtensions(text, file, known, deadline);
}
