import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { stringify } from "yaml";
import { HABITS, type HandedFile, type ZipContent } from "./habits.ts";
import { rosterText, STUDENTS, type Student } from "./people.ts";

/** The layouts in which platforms give out hand-ins. */
export const LAYOUTS = ["canvas", "moodle", "moodle-flat", "gradescope", "classroom", "zips", "plain"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** When the assignment was set. */
const START = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

/** In the Gradescope export, the first student submitted for both. */
export const TEAM: readonly [string, string] = ["shafi", "sophie"];

/** Whether a student's hand-in bears Canvas' mark. */
export function isLate({ id }: Student): boolean {
  return Number(id) % 7 === 0;
}

/** The time that the Gradescope export states. */
export function receivedAt({ id }: Student): string {
  return `2026-11-27T10:00:${String(Number(id) % 60).padStart(2, "0")}Z`;
}

/**
 * Writes the cohort as a platform gives it out: the same bytes each time.
 *
 * @param folder exists; gets the download and `roster.csv`
 * @returns the download: a zip for Canvas, Moodle and Gradescope, otherwise a folder
 */
export async function writeCohort(layout: Layout, folder: string): Promise<string> {
  writeFileSync(join(folder, "roster.csv"), rosterText());
  const download = join(folder, layout === "gradescope" ? "assignment_555_export" : layout);
  if (layout === "canvas" || layout === "moodle" || layout === "moodle-flat" || layout === "gradescope") {
    writeFileSync(`${download}.zip`, await packed({ files: exportOf(layout) }));
    return `${download}.zip`;
  }
  mkdirSync(download);
  for (const student of STUDENTS) {
    const files = filesOf(student);
    if (layout === "zips") {
      write(download, { path: `${student.folder}.zip`, content: { files } }, await packed({ files }));
      continue;
    }
    const name = layout === "classroom" ? `gpu-week3-${student.login}` : student.folder;
    mkdirSync(join(download, name));
    const own = layout === "classroom" ? [...files, { path: "README.md", content: "# Week 3\n" }] : files;
    for (const file of own) write(join(download, name), file, await bytesOf(file));
  }
  for (const name of ["roster.csv", "grades.xlsx"]) writeFileSync(join(download, name), "x");
  return download;
}

function filesOf({ habit }: Student): readonly HandedFile[] {
  return HABITS[habit]!.files;
}

function exportOf(layout: "canvas" | "moodle" | "moodle-flat" | "gradescope"): HandedFile[] {
  if (layout === "gradescope") return gradescopeExport();
  let uploads = 60_000;
  return STUDENTS.flatMap((student, index) => {
    const { name, canvas, canvasId } = student;
    const prefix = `${name}_${index + 1}_assignsubmission_file`;
    if (layout === "moodle") return filesOf(student).map((file) => ({ ...file, path: `${prefix}/${file.path}` }));
    const late = isLate(student) ? "_LATE" : "";
    return uploadable(filesOf(student)).map((file) => {
      const start = layout === "canvas" ? `${canvas}${late}_${canvasId}_${++uploads}` : prefix;
      return { ...file, path: `${start}_${file.path}` };
    });
  });
}

/** Forms for uploads take files only, one by one in the order of writing: folders and links are packed. */
function uploadable(files: readonly HandedFile[]): HandedFile[] {
  const isPacked = files.some(
    ({ path, content }) => path.includes("/") || (typeof content === "object" && "link" in content),
  );
  return isPacked
    ? [{ path: "upload.zip", content: { files } }]
    : files.toSorted((a, b) => (a.day ?? 0) - (b.day ?? 0));
}

function gradescopeExport(): HandedFile[] {
  const root = "assignment_555_export";
  const metadata: Record<string, unknown> = {};
  const files: HandedFile[] = [];
  for (const [index, student] of STUDENTS.entries()) {
    if (student.candidate === TEAM[1]) continue;
    const team =
      student.candidate === TEAM[0] ? STUDENTS.filter(({ candidate }) => TEAM.includes(candidate)) : [student];
    const submission = `submission_${7001 + index}`;
    metadata[submission] = {
      ":submitters": team.map(({ name, id, email }) => ({ ":name": name, ":sid": id, ":email": email })),
      ":created_at": receivedAt(student).replace("T", " ").replace("Z", ""),
      ":score": 0,
    };
    files.push(...filesOf(student).map((file) => ({ ...file, path: `${root}/${submission}/${file.path}` })));
  }
  return [...files, { path: `${root}/submission_metadata.yml`, content: stringify(metadata) }];
}

async function bytesOf({ content }: HandedFile): Promise<Buffer> {
  if (typeof content === "string" || Buffer.isBuffer(content)) return Buffer.from(content as string);
  return "files" in content ? packed(content) : Buffer.from(content.link);
}

function write(folder: string, { path, content, day = 1 }: HandedFile, bytes: Buffer): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  if (typeof content === "object" && "link" in content) {
    symlinkSync(content.link, target);
    return;
  }
  writeFileSync(target, bytes);
  const time = new Date(START + day * DAY_MS);
  utimesSync(target, time, time);
}

/** A zip of files. */
export async function packed({ files, password }: ZipContent): Promise<Buffer> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    ...(password === undefined ? {} : { password }),
  });
  for (const file of files) {
    const isLink = typeof file.content === "object" && "link" in file.content;
    await zip.add(file.path, new Uint8ArrayReader(await bytesOf(file)), {
      lastModDate: new Date(START + (file.day ?? 1) * DAY_MS),
      unixMode: isLink ? 0o120777 : 0o100644,
    });
  }
  return Buffer.from(await zip.close());
}
