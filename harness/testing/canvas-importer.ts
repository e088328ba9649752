import { parse } from "csv-parse/sync";

/** Someone in a Canvas course. */
export interface CanvasStudent {
  readonly id: number;
  readonly name: string;
  readonly sisId?: string;
  readonly login?: string;
}

/** What Canvas shows for confirmation, and what is then in its gradebook. */
export interface CanvasImport {
  /** By the student's id, then by the column's title. */
  readonly scores: ReadonlyMap<number, Readonly<Record<string, string>>>;
  /** The possible points, by the column's title. */
  readonly possible: Readonly<Record<string, string>>;
  /** Names for which Canvas would ask who they are. */
  readonly unknown: readonly string[];
}

const COMPUTED = /(Current|Final|Override) (Score|Points|Grade|Status)/;

/**
 * A double of Canvas' gradebook importer, after the rules of its guide "How do I import grades in the Gradebook?" and of
 * instructure/canvas-lms, lib/gradebook_importer.rb:
 *
 * - the first cells are `Student` and `ID`, then `SIS User ID`, `SIS Login ID` and `Section`
 * - a column is found by its title, and the first one of that title is read
 * - columns whose titles contain the name of a computed score are dropped
 * - a first cell that contains "Points Possible" makes its row the possible points
 * - people are found by ID, then SIS user id, then login, then name; of several rows for a person, the last one counts
 * - an empty score changes nothing
 *
 * @throws Error if Canvas would refuse the file
 */
export function importIntoCanvas(text: string, students: readonly CanvasStudent[]): CanvasImport {
  // Canvas finds the separator in the file's first lines, so a cell must not contain a line break there.
  if (
    text
      .split("\n")
      .slice(0, 3)
      .some((line) => (line.match(/"/g) ?? []).length % 2 === 1)
  ) {
    throw new Error("Canvas reads a cell with a line break as two lines.");
  }
  const [header = [], ...rows]: string[][] = parse(text);
  const isHeader = header[0]?.includes("Student") && header[1]?.includes("ID") && header[4]?.includes("Section");
  if (!isHeader) throw new Error("Canvas: invalid header row.");
  const titles = header.slice(5).filter((title) => !COMPUTED.test(title));
  const cellsOf = (row: readonly string[]) =>
    Object.fromEntries(titles.map((title) => [title, row[header.indexOf(title)]!]));
  const scores = new Map<number, Readonly<Record<string, string>>>();
  const unknown: string[] = [];
  let possible: Readonly<Record<string, string>> = {};
  for (const row of rows) {
    if (row[0]!.includes("Points Possible")) {
      possible = cellsOf(row);
      continue;
    }
    const student = findStudent(row, students);
    const given = Object.entries(cellsOf(row)).filter(([, score]) => score !== "");
    if (student === undefined) unknown.push(row[0]!);
    else scores.set(student.id, { ...scores.get(student.id), ...Object.fromEntries(given) });
  }
  return { scores, possible, unknown };
}

function findStudent(row: readonly string[], students: readonly CanvasStudent[]): CanvasStudent | undefined {
  const [name, id, sisId, login] = row;
  return (
    students.find((one) => id !== "" && one.id === Number.parseInt(id!, 10)) ??
    students.find((one) => sisId !== "" && one.sisId === sisId) ??
    students.find((one) => login !== "" && one.login === login) ??
    students.find((one) => one.name === name)
  );
}
