import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { currentSystem } from "../system/current-system.ts";

/**
 * The folder for what this user has done, which no command can make again. `XDG_STATE_HOME` counts on every system; a
 * relative one does not (XDG Base Directory Specification).
 */
export function userStateFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  system = currentSystem(),
  home: () => string = homedir,
): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = environment;
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return join(XDG_STATE_HOME, "kernelmark");
  if (system === "macos") return join(home(), "Library", "Application Support", "kernelmark");
  if (system === "windows") return join(LOCALAPPDATA || join(home(), "AppData", "Local"), "kernelmark");
  return join(home(), ".local", "state", "kernelmark");
}
