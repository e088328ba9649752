import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ExecaError, execa } from "execa";
import { userCacheFolder } from "../../harness/files/user-cache-folder.ts";
import { UserError } from "../../harness/text/user-error.ts";

/** The packages of all peers, at the versions that are compared. `onnx-proto` encodes onnxruntime's models. */
export const PACKAGES: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs-core": "4.22.0",
  "@tensorflow/tfjs-backend-webgpu": "4.22.0",
  // A package that the backend imports.
  "@tensorflow/tfjs-backend-cpu": "4.22.0",
  "@jax-js/jax": "0.1.25",
  "onnxruntime-web": "1.30.0",
  "onnx-proto": "8.0.1",
};

/** The folder of the peers' packages: in the user's cache, so that they are never part of the product. */
export function peersFolder(): string {
  return join(userCacheFolder(), "peers");
}

/**
 * Installs the peers' packages unless the folder has them. Their install scripts do not run.
 *
 * @throws UserError if npm cannot install them
 */
export async function installPeers(folder: string, onInstall: () => void): Promise<void> {
  const wanted = `${JSON.stringify({ private: true, dependencies: PACKAGES }, null, 2)}\n`;
  const manifest = join(folder, "package.json");
  const done = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(done) && (await readFile(manifest, "utf8").catch(() => "")) === wanted) return;
  onInstall();
  await mkdir(folder, { recursive: true });
  await writeFile(manifest, wanted);
  try {
    await execa("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  } catch (error) {
    throw installProblem(error instanceof ExecaError ? String(error.stderr) : String(error), folder);
  }
}

/** What to do about npm's error. */
export function installProblem(npm: string, folder: string): UserError {
  const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(npm);
  const what = isOffline ? "npm cannot reach its registry" : `npm failed: ${npm.trim().split("\n").at(-1)}`;
  const names = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  const elsewhere = `copy ${folder} from a machine on which npm run bench:peers has run`;
  const hint = isOffline
    ? `Connect to the network once, or ${elsewhere}.`
    : `Install them by hand: npm install --prefix ${folder} --ignore-scripts ${names.join(" ")}`;
  return new UserError(`The peers' packages are not installed, since ${what}.`, hint);
}

/** Imports a package of a peer. It has no types here: the product does not depend on it. */
export function importPeer(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(createRequire(join(folder, "package.json")).resolve(name)).href);
}
