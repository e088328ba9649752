import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";

const TIME_LIMIT_MS = 10_000;
const COMMIT_BYTES = 1_000_000;

/**
 * Reads the times of last commits. Git sees the objects of a repository, but neither its configuration nor its hooks,
 * which could run programs: it works in an empty repository of ours.
 */
export class CommitTimes {
  #ownFolder: Promise<string> | undefined;

  /** @returns the committer's time of the checked-out commit, in ISO 8601 with offset; empty if it cannot be read */
  async lastOf(gitFolder: string): Promise<string> {
    const commit = await headOf(gitFolder);
    if (commit === undefined) return "";
    this.#ownFolder ??= emptyRepository();
    const { PATH = "" } = process.env;
    const git = await execa("git", ["cat-file", "commit", commit], {
      env: {
        PATH,
        GIT_DIR: await this.#ownFolder,
        GIT_OBJECT_DIRECTORY: join(gitFolder, "objects"),
        GIT_CONFIG_GLOBAL: devNull,
        GIT_CONFIG_NOSYSTEM: "1",
      },
      extendEnv: false,
      reject: false,
      timeout: TIME_LIMIT_MS,
      maxBuffer: COMMIT_BYTES,
    });
    const [, seconds, zone] = /^committer .* (\d{1,11}) ([+-]\d{4})$/m.exec(String(git.stdout ?? "")) ?? [];
    return seconds === undefined ? "" : isoTime(Number(seconds), zone!);
  }

  async close(): Promise<void> {
    if (this.#ownFolder !== undefined) await rm(await this.#ownFolder, { recursive: true, force: true });
  }
}

async function emptyRepository(): Promise<string> {
  const folder = makeTemporaryFolder();
  await writeFile(join(folder, "HEAD"), "ref: refs/heads/none\n");
  await Promise.all(["objects", "refs"].map((name) => mkdir(join(folder, name))));
  return folder;
}

/** The hash of the checked-out commit. */
async function headOf(gitFolder: string): Promise<string | undefined> {
  const read = (path: string) => readFile(join(gitFolder, path), "latin1").catch(() => "");
  const head = (await read("HEAD")).trim();
  const branch = /^ref: (refs\/heads\/[^\s\\:?*[~^]+)$/.exec(head)?.[1];
  if (branch === undefined) return hash(head);
  if (branch.split("/").includes("..")) return undefined;
  const loose = hash((await read(branch)).trim());
  if (loose !== undefined) return loose;
  const packed = (await read("packed-refs")).split("\n").find((line) => line.endsWith(` ${branch}`));
  return packed && hash(packed.split(" ")[0]!);
}

function hash(text: string): string | undefined {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}

function isoTime(seconds: number, zone: string): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(zone)!;
  const offsetMs = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const local = new Date(seconds * 1000 + offsetMs);
  return Number.isNaN(local.getTime()) ? "" : `${local.toISOString().slice(0, 19)}${sign}${hours}:${minutes}`;
}
