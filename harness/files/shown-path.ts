import { relative } from "node:path";

/** A path as a user would name it: from the working directory, if it is in there. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === "" || fromHere.startsWith("..") ? path : fromHere;
}
