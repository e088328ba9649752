import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../files/package-root.ts";
import { UserError } from "../../text/user-error.ts";

/** A style sheet or script for pages, bundled by the build: `index.css`. */
export async function pageAsset(name: string): Promise<string> {
  const path = join(packageRoot(), "dist/pages", name);
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new UserError(`${path} is missing, but pages need it.`, "Run: npm ci && npm run build");
  }
}
