import { homedir } from "node:os";
import { join } from "node:path";

/** The folder for this user's caches. */
export function userCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kernelmark");
}
