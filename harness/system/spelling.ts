import { readdirSync } from "node:fs";

/**
 * Whether an existing file's name is spelt in this way in its folder. macOS and Windows also find it in other cases and
 * Unicode forms, but the machine that grades does not.
 */
export function isSpelledSo(folder: string, name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (platform !== "darwin" && platform !== "win32") return true;
  return readdirSync(folder).includes(name);
}

/** A relative path with `/` between folders, as it is written into results and shown on every system. */
export function withSlashes(path: string, separator: string): string {
  return path.split(separator).join("/");
}
