import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { isJunk } from "./junk.ts";
import { platformOf } from "./platform-names.ts";
import { commonPrefix } from "./repositories.ts";

/**
 * Refuses to grade a platform's download as it is: its names are not those of candidates' folders.
 *
 * @throws UserError that names the command that prepares it
 */
export async function refuseRawExport(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  const what = stats?.isFile() ? (/\.zip$/i.test(path) ? "a zip" : undefined) : await rawFolder(path);
  if (what === undefined) return;
  const into = basename(path).replace(/\.zip$/i, "") || "submissions";
  throw new UserError(
    `\`${printable(path)}\` is ${what}, not a folder of candidates' folders.`,
    `Run \`npx kernelmark collect ${quotedPath(path)} --into ${quotedPath(`${into}-collected`)}\`, then grade that folder.`,
  );
}

/** What a folder is, if most names in it are of a platform's download or of zips. */
async function rawFolder(path: string): Promise<string | undefined> {
  const names = (await readdir(path).catch(() => [])).filter((name) => !isJunk(name));
  const platforms = names.map(platformOf);
  if (platforms.includes("Gradescope")) return "a Gradescope export";
  for (const platform of ["Canvas", "Moodle"] as const) {
    if (2 * platforms.filter((found) => found === platform).length > names.length) return `a ${platform} download`;
  }
  const folders = names.map((name) => ({ name, isRepository: existsSync(join(path, name, ".git")) }));
  if (commonPrefix(folders) !== "") return "a folder of GitHub Classroom's repositories";
  const zips = names.filter((name) => /\.zip$/i.test(name));
  return 2 * zips.length > names.length ? "a folder of zips" : undefined;
}

function quotedPath(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${printable(path)}"`;
}
