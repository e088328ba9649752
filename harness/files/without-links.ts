import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** An absolute path without links, in the file system's own spelling. The part of it that is missing stays as it is. */
export async function withoutLinks(path: string): Promise<string> {
  const whole = resolve(path);
  try {
    return await realpath(whole);
  } catch {
    return whole === dirname(whole) ? whole : join(await withoutLinks(dirname(whole)), basename(whole));
  }
}
