import { isAbsolute, relative, sep } from "node:path";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { withoutLinks } from "./without-links.ts";

/**
 * Refuses an output folder that contains the submissions, or is among them: the next run would take reports for
 * submissions, or files of one would replace those of the other.
 *
 * @param out may be missing
 * @throws UserError that names both
 */
export async function refuseOverlap(out: string, submissions: string): Promise<void> {
  const [output, input] = await Promise.all([withoutLinks(out), withoutLinks(submissions)]);
  const isInside = contains(input, output);
  if (!isInside && !contains(output, input)) return;
  const place = output === input ? "is also" : isInside ? "is inside" : "contains";
  throw new UserError(
    `The output folder \`${printable(out)}\` ${place} the submissions' folder \`${printable(submissions)}\`.`,
    "Choose a folder elsewhere with --out.",
  );
}

/** Whether a folder is another, or above it. */
function contains(folder: string, other: string): boolean {
  const path = relative(folder, other);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
