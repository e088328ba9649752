import { Uint8ArrayReader, ZipReader } from "@zip.js/zip.js";
import { parse } from "csv-parse/sync";

/** Someone in a Moodle course. */
export interface MoodleUser {
  readonly email: string;
  readonly idnumber?: string;
  readonly username?: string;
}

const FIELDS = { "Email address": "email", "ID number": "idnumber", Username: "username" } as const;
const MOST_POINTS = 100;

/**
 * A double of Moodle's import of grades, after https://docs.moodle.org/en/Grade_import and moodle's
 * grade/import/csv/classes/load_data.php:
 *
 * - the instructor chooses the column that identifies people
 * - an unknown person, or a grade above 100, ends the import, and nothing is imported
 * - a row without that cell, or with "0" there, belongs to the person of the row before
 * - an empty cell is no grade
 *
 * @returns the grades by e-mail address, then by column
 * @throws Error if Moodle would import nothing
 */
export function importIntoMoodle(
  text: string,
  users: readonly MoodleUser[],
  column: keyof typeof FIELDS,
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const grades = new Map<string, Readonly<Record<string, number>>>();
  let user: MoodleUser | undefined;
  for (const row of rows) {
    const key = row[column];
    if (key === undefined) throw new Error(`Moodle: there is no column ${column}.`);
    if (key !== "" && key !== "0") {
      user = users.find((one) => one[FIELDS[column]] === key);
      if (user === undefined) throw new Error(`Moodle: no user with ${column} ${key}.`);
    }
    if (user === undefined) throw new Error("Moodle: no user mapping.");
    const others = Object.entries(row).filter(
      ([title, cell]) => !(title in FIELDS) && title !== "Feedback" && cell !== "",
    );
    const own = Object.fromEntries(others.map(([title, cell]) => [title, Number(cell)]));
    if (Object.values(own).some((grade) => !(grade <= MOST_POINTS))) throw new Error("Moodle: the grade is too large.");
    grades.set(user.email, { ...grades.get(user.email), ...own });
  }
  return grades;
}

/**
 * A double of Moodle's "Upload multiple feedback files in a zip", after moodle's
 * mod/assign/feedback/file/importziplib.php: a part of the path is cut at its first four underscores into a name, the
 * participant's number, and the type and name of a plugin; the rest is the name of the stored file. Hidden files and
 * unknown participants are ignored.
 *
 * @returns for each participant's number, the names of the stored files and their texts
 */
export async function uploadFeedbackToMoodle(
  zip: Uint8Array,
  participants: readonly number[],
): Promise<ReadonlyMap<number, Readonly<Record<string, string>>>> {
  const stored = new Map<number, Readonly<Record<string, string>>>();
  const reader = new ZipReader(new Uint8ArrayReader(zip), { useWebWorkers: false });
  for (const entry of await reader.getEntries()) {
    if (entry.directory || /^[.~]/.test(entry.filename.split("/").at(-1)!)) continue;
    const parts = entry.filename.split("/");
    for (const [place, part] of parts.entries()) {
      const [, number, type, plugin, ...rest] = part.split("_");
      if (!participants.includes(Number(number)) || !/^assign(submission|feedback)$/.test(type ?? "") || !plugin)
        continue;
      const name = [rest.join("_"), ...parts.slice(place + 1)].join("/");
      const text = new TextDecoder().decode(await entry.arrayBuffer());
      stored.set(Number(number), { ...stored.get(Number(number)), [name]: text });
      break;
    }
  }
  await reader.close();
  return stored;
}
