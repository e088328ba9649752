import type { DownloadFolder } from "./tree.ts";

/** What a repository has at its top, and a person's folder of kernels has not. */
const OF_REPOSITORY = /^(?:readme(?:\.md)?|package\.json|tsconfig\.json|license|makefile)$/i;

export function isRepository(folder: DownloadFolder): boolean {
  return folder.gitFolder !== undefined || folder.children.some(({ name }) => OF_REPOSITORY.test(name));
}

/**
 * The assignment's name in front of all logins, as GitHub Classroom names its repositories: `gpu-week3-` of
 * `gpu-week3-lovelace`. Empty if these are not its repositories.
 */
export function commonPrefix(folders: readonly DownloadFolder[]): string {
  const [first, ...rest] = folders;
  if (first === undefined || rest.length === 0) return "";
  let prefix = first.name;
  for (const { name } of rest) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  prefix = prefix.slice(0, prefix.lastIndexOf("-") + 1);
  const repositories = folders.filter(isRepository).length;
  const isOfAll = folders.every(({ name }) => name.length > prefix.length);
  return isOfAll && 2 * repositories >= folders.length ? prefix : "";
}
