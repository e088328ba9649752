import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import * as z from "zod";
import { makeFolder } from "../files/make-folder.ts";
import { userStateFolder } from "../files/user-state-folder.ts";
import { fallible, writeState } from "./state-files.ts";

// In the user's state folder, `versions/<task>/v3/` has the files of an accepted submission below `files/`, and
// `version.json`. A version is made in a folder of its own and renamed, so that it is whole or not there.

/** Versions kept for each task; the oldest are deleted. */
export const MOST_VERSIONS = 20;
/** A process that died while it made a version leaves its folder. */
const ABANDONED_AFTER_MS = 3_600_000;
const DRAFT = "draft-";

const versionSchema = z.object({
  /** Of its files, as the bundler finds them. */
  hash: z.string(),
  /** The module, below `files/`. */
  module: z.string(),
  at: z.iso.datetime(),
});

/** An accepted submission that was kept. */
export interface Version extends z.output<typeof versionSchema> {
  /** `v3` */
  readonly name: string;
  /** The module's path. */
  readonly path: string;
}

interface Source {
  readonly task: string;
  readonly hash: string;
  readonly file: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** The kept versions of a task, the oldest first. */
export function readVersions(task: string): Version[] {
  return fallible([], () => {
    const folder = join(userStateFolder(), "versions", task);
    return versionNumbers(folder).flatMap((number) => {
      const name = `v${number}`;
      return fallible([], () => {
        const version = versionSchema.parse(JSON.parse(readFileSync(join(folder, name, "version.json"), "utf8")));
        const path = join(folder, name, "files", version.module);
        return existsSync(path) ? [{ ...version, name, path }] : [];
      });
    });
  });
}

/** The name of the version with these files. */
export function versionOf(task: string, hash: string): string | undefined {
  return readVersions(task).findLast((version) => version.hash === hash)?.name;
}

/** The outcome of keeping a version: its name, or the problem, as a sentence. */
export type KeptVersion = { readonly name: string; readonly isNew: boolean } | { readonly problem: string };

/** Keeps the source of an accepted submission, unless it is kept already. */
export async function keepVersion(source: Source): Promise<KeptVersion> {
  const { task, hash } = source;
  const known = versionOf(task, hash);
  if (known !== undefined) return { name: known, isNew: false };
  let name = "";
  const problem = await writeState(async (state) => {
    const folder = join(state, "versions", task);
    await makeFolder(folder, 0o700);
    const draft = await mkdtemp(join(folder, DRAFT));
    try {
      await writeDraft(draft, source);
      name = await publish(folder, draft);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    await prune(folder);
  });
  return problem === undefined ? { name, isNew: true } : { problem };
}

async function writeDraft(draft: string, { hash, file, files }: Source): Promise<void> {
  const root = join(draft, "files") + sep;
  for (const { name, text } of files) {
    const path = normalize(root + name);
    // The bundler takes no file from outside of the candidate's folder.
    if (!path.startsWith(root)) throw new Error(`${name} is outside of its folder`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const version = { hash, module: file, at: new Date().toISOString() };
  await writeFile(join(draft, "version.json"), `${JSON.stringify(version)}\n`);
}

/** Renaming fails if another process has published the same number meanwhile: folders are never empty. */
async function publish(folder: string, draft: string): Promise<string> {
  for (let number = (versionNumbers(folder).at(-1) ?? 0) + 1; ; number++) {
    const name = `v${number}`;
    try {
      await rename(draft, join(folder, name));
      return name;
    } catch (error) {
      if (!existsSync(join(folder, name))) throw error;
    }
  }
}

async function prune(folder: string): Promise<void> {
  const old = versionNumbers(folder)
    .slice(0, -MOST_VERSIONS)
    .map((number) => `v${number}`);
  const drafts = readdirSync(folder).filter((name) => name.startsWith(DRAFT) && isAbandoned(join(folder, name)));
  for (const name of [...old, ...drafts]) await rm(join(folder, name), { recursive: true, force: true });
}

function isAbandoned(path: string): boolean {
  return fallible(false, () => Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS);
}

/** Ascending. */
function versionNumbers(folder: string): number[] {
  const numbers = readdirSync(folder).flatMap((name) => /^v([1-9]\d*)$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

/** Deletes a task's versions. */
export function forgetVersions(task: string): Promise<string | undefined> {
  return writeState((state) => rm(join(state, "versions", task), { recursive: true, force: true }));
}
