import { readTextFile } from "../files/text-file.ts";
import type { Adjustment } from "../results/mark-facts.ts";
import { CsvProblems, type KnownNames, parseNumber, parseTableWith, quoted } from "./csv-problems.ts";

const COLUMNS = ["candidate", "task", "points", "change", "reason"] as const;

/**
 * Reads marks that a person changed. Each line sets the `points` of a task, or adds a `change` to a task or, without a
 * task, to the total.
 *
 * @param file its name, for messages
 * @throws UserError that lists all problems, with their lines
 */
export function parseAdjustments(text: string, file: string, known: KnownNames): Adjustment[] {
  const problems = new CsvProblems(file);
  const lines = new Map<string, number>();
  const adjustments = parseTableWith(text, file, COLUMNS, ["candidate", ["points", "change"], "reason"]).map(
    ({ line, cells }): Adjustment => {
      const { task, reason } = cells;
      const candidate = problems.candidate(line, cells.candidate, known) ?? cells.candidate;
      problems.task(line, task, known);
      if (reason === "") problems.add(line, "The reason is missing: it is shown wherever the mark is shown.");
      const amount = readAmount(line, cells, known, problems);
      if (amount?.points !== undefined) {
        const key = JSON.stringify([candidate, task]);
        problems.repeated(line, lines.get(key), `The mark of ${quoted(candidate)} for ${quoted(task)}`);
        lines.set(key, line);
      }
      return { candidate, ...(task === "" ? {} : { task }), ...amount, reason };
    },
  );
  problems.refuse();
  return adjustments;
}

type Amount = Pick<Adjustment, "points" | "change">;

function readAmount(
  line: number,
  { task, points, change }: Readonly<Record<"task" | "points" | "change", string>>,
  { tasks }: KnownNames,
  problems: CsvProblems,
): Amount | undefined {
  if ((points === "") === (change === "")) {
    const which = points === "" ? "neither `points` nor `change`" : "both `points` and `change`";
    problems.add(line, `It has ${which}: \`points\` sets the mark, \`change\` adds to it.`);
    return undefined;
  }
  const column = points === "" ? "change" : "points";
  const value = parseNumber(points === "" ? change : points);
  if (value === undefined) {
    problems.add(line, `\`${column}\` must be a number, but is ${quoted(points === "" ? change : points)}.`);
    return undefined;
  }
  if (column === "change") return { change: value };
  if (task === "") {
    problems.add(line, "`points` needs a task: to change the total, use `change`.");
  } else if (value < 0) {
    problems.add(line, `\`points\` must not be negative; it is ${value}.`);
  } else if (Object.hasOwn(tasks, task) && value > tasks[task]!) {
    problems.add(line, `${value} points are more than ${task} is worth, ${tasks[task]}: to go beyond, use \`change\`.`);
  }
  return { points: value };
}

/** @throws UserError if there is no such file, or it has problems */
export async function readAdjustments(file: string, known: KnownNames): Promise<Adjustment[]> {
  const text = await readTextFile(file, {
    unreadable: "Check the path: that of `adjustments` is relative to the assignment.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parseAdjustments(text, file, known);
}
