import { homedir } from "node:os";
import { join } from "node:path";
import { currentSystem } from "../system/current-system.ts";

/** The folder for this user's caches. `XDG_CACHE_HOME` counts on every system. */
export function userCacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  system = currentSystem(),
  home: () => string = homedir,
): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "kernelmark");
  if (system === "macos") return join(home(), "Library", "Caches", "kernelmark");
  if (system === "windows") return join(LOCALAPPDATA || join(home(), "AppData", "Local"), "kernelmark", "cache");
  return join(home(), ".cache", "kernelmark");
}
