import type { DownloadFolder } from "./tree.ts";

/** What a repository has at its top, and a person's folder of kernels has not. */
const OF_REPOSITORY = /^(?:readme(?:\.md)?|package\.json|tsconfig\.json|license|makefile)$/i;

export function isRepository({ gitFolder, children }: DownloadFolder): boolean {
  return gitFolder !== undefined || children.some(({ name }) => OF_REPOSITORY.test(name));
}

/** Shorter rests are numbers and letters of teams, not logins. */
const LEAST_LOGIN = 3;

/**
 * The assignment's name in front of all logins, as GitHub Classroom names its repositories: `gpu-week3-` of
 * `gpu-week3-lovelace`. Empty if these are not its repositories.
 */
export function commonPrefix(folders: readonly { readonly name: string; readonly isRepository: boolean }[]): string {
  const [first, ...rest] = folders;
  if (first === undefined || rest.length === 0) return "";
  let prefix = first.name;
  for (const { name } of rest) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  prefix = prefix.slice(0, prefix.lastIndexOf("-") + 1);
  const logins = folders.map(({ name }) => name.slice(prefix.length));
  const areLogins = !logins.includes("") && logins.some(({ length }) => length >= LEAST_LOGIN);
  const repositories = folders.filter((folder) => folder.isRepository).length;
  return areLogins && 2 * repositories >= folders.length ? prefix : "";
}
