import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { lstat, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { makeFolder } from "../files/make-folder.ts";
import { userCacheFolder } from "../files/user-cache-folder.ts";
import { DISABLED_DAWN_FEATURES } from "../platform/dawn-options.ts";
import { UserError } from "../text/user-error.ts";
import { installAdvice } from "./driver-advice.ts";

const MANIFEST = "vk_swiftshader_icd.json";
/** The files of the archive that Dawn needs; the rest is OpenGL. */
const FILES = ["libvk_swiftshader.so", "libvulkan.so.1", MANIFEST];

/**
 * The folder with SwiftShader and a Vulkan loader, unpacked from the optional package `@sparticuz/chromium` on first
 * use. Safe for concurrent processes.
 */
export async function swiftShaderFolder(cacheFolders: readonly string[] = defaultCacheFolders()): Promise<string> {
  const archive = findArchive();
  let failure: unknown;
  for (const cacheFolder of cacheFolders) {
    const folder = join(cacheFolder, `swiftshader-${archive.version}-${archive.bytes}`);
    try {
      await claim(cacheFolder);
      if (!isComplete(folder)) await unpack(archive.path, folder);
      return folder;
    } catch (error) {
      failure = error;
    }
  }
  throw new UserError(
    `SwiftShader could not be unpacked into ${cacheFolders.join(" or ")}: ${failure instanceof Error ? failure.message : failure}.`,
    "Set XDG_CACHE_HOME to a folder of yours with 10 MB of free space.",
  );
}

/**
 * The environment variables that make a process's Dawn use SwiftShader and nothing else.
 *
 * If the driver zeroes workgroup memory, SwiftShader emits an instruction for each word: a kernel with a few KiB of it
 * compiles for seconds. With the named feature disabled, Dawn writes a loop into the kernel instead.
 */
export function swiftShaderEnvironment(folder: string): Record<string, string> {
  return {
    VK_DRIVER_FILES: join(folder, MANIFEST),
    [DISABLED_DAWN_FEATURES]: "use_vulkan_zero_initialize_workgroup_memory_extension",
    ...loaderEnvironment(folder),
  };
}

/** The variables with which Dawn finds SwiftShader's Vulkan loader, for systems with drivers but no loader. */
export function loaderEnvironment(folder: string): Record<string, string> {
  const others = (process.env.LD_LIBRARY_PATH ?? "").split(":").filter((path) => path !== "" && path !== folder);
  return { LD_LIBRARY_PATH: [folder, ...others].join(":") };
}

function defaultCacheFolders(): string[] {
  return [userCacheFolder(), join(tmpdir(), `kernelmark-${process.getuid?.() ?? "cache"}`)];
}

interface Archive {
  readonly path: string;
  readonly version: string;
  readonly bytes: number;
}

function findArchive(): Archive {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new UserError(
      `SwiftShader is bundled for x64 Linux only; this machine is ${process.arch} ${process.platform}.`,
      process.platform === "linux" ? installAdvice("lavapipe") : "Update your GPU's driver.",
    );
  }
  try {
    // The package does not export its package.json; its entry point is in build/cjs/.
    const folder = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../..");
    const path = join(folder, "bin", "swiftshader.tar.br");
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { path, version, bytes: statSync(path).size };
  } catch {
    throw new UserError(
      "SwiftShader is missing: the optional package @sparticuz/chromium is not installed.",
      "Install it: npm install --include=optional",
    );
  }
}

/**
 * Creates the folder with access for its owner only, and rejects another user's: in a shared temporary folder, that
 * user could have planted a library for us to load.
 */
async function claim(folder: string): Promise<void> {
  await makeFolder(folder, 0o700);
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
}

function isComplete(folder: string): boolean {
  return FILES.every((file) => existsSync(join(folder, file)));
}

/** Unpacks into a sibling folder and renames it: a folder of this name is always complete. */
async function unpack(archivePath: string, folder: string): Promise<void> {
  const { x } = await import("tar");
  const temporary = await mkdtemp(`${folder}.`);
  try {
    await pipeline(
      createReadStream(archivePath),
      createBrotliDecompress(),
      x({ cwd: temporary, strict: true, preserveOwner: false, filter: (path) => FILES.includes(path) }),
    );
    if (!isComplete(temporary)) throw new Error(`${archivePath} does not contain ${FILES.join(", ")}`);
    await replace(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function replace(temporary: string, folder: string): Promise<void> {
  // An incomplete folder would make the rename fail.
  if (existsSync(folder) && !isComplete(folder)) await rm(folder, { recursive: true, force: true });
  try {
    await rename(temporary, folder);
  } catch (error) {
    // Another process was faster and unpacked the same files.
    if (!isComplete(folder)) throw error;
  }
}
