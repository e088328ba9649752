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

const MANIFEST = "vk_swiftshader_icd.json";
/** What Dawn needs of the archive; the rest is OpenGL. */
const FILES = ["libvk_swiftshader.so", "libvulkan.so.1", MANIFEST];

/**
 * The folder with SwiftShader and a Vulkan loader, unpacked from the optional package `@sparticuz/chromium` the first
 * time. Any number of processes may call this at once.
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
 * The variables that a process must be started with so that the Dawn in it uses SwiftShader, and nothing else.
 *
 * SwiftShader zeroes workgroup memory by an instruction for each word, when the driver is left to do it: a kernel with
 * a few KiB of it compiles for seconds. Without the feature named, Dawn writes a loop into the kernel instead.
 */
export function swiftShaderEnvironment(folder: string): Record<string, string> {
  return {
    VK_DRIVER_FILES: join(folder, MANIFEST),
    [DISABLED_DAWN_FEATURES]: "use_vulkan_zero_initialize_workgroup_memory_extension",
    ...loaderEnvironment(folder),
  };
}

/** The variables that let Dawn find the Vulkan loader that comes with SwiftShader, for systems with drivers but no loader. */
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
      `SwiftShader is brought along for x64 Linux only, and this is ${process.arch} ${process.platform}.`,
      process.platform === "linux"
        ? "Install lavapipe of Mesa 24 or newer: sudo apt install mesa-vulkan-drivers libvulkan1"
        : "Update the driver of your GPU.",
    );
  }
  try {
    // The package does not export its package.json; its entry lies in build/cjs/.
    const folder = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../..");
    const path = join(folder, "bin", "swiftshader.tar.br");
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { path, version, bytes: statSync(path).size };
  } catch {
    throw new UserError(
      "SwiftShader is missing, since the optional package @sparticuz/chromium is not installed.",
      "Install it: npm install --include=optional",
    );
  }
}

/**
 * Makes the folder, for its owner only, and refuses one of somebody else's: in a shared folder for temporary files,
 * another user could have put a library there for us to load.
 */
async function claim(folder: string): Promise<void> {
  await makeFolder(folder, 0o700);
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
}

function isComplete(folder: string): boolean {
  return FILES.every((file) => existsSync(join(folder, file)));
}

/** Unpacks beside, then renames, so that a folder of this name is complete whenever it exists. */
async function unpack(archivePath: string, folder: string): Promise<void> {
  const { x } = await import("tar");
  const beside = await mkdtemp(`${folder}.`);
  try {
    await pipeline(
      createReadStream(archivePath),
      createBrotliDecompress(),
      x({ cwd: beside, strict: true, preserveOwner: false, filter: (path) => FILES.includes(path) }),
    );
    if (!isComplete(beside)) throw new Error(`${archivePath} does not hold ${FILES.join(", ")}`);
    await replace(beside, folder);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function replace(beside: string, folder: string): Promise<void> {
  // A folder that somebody deleted files from is in the way of rename.
  if (existsSync(folder) && !isComplete(folder)) await rm(folder, { recursive: true, force: true });
  try {
    await rename(beside, folder);
  } catch (error) {
    // Another process was faster; what it unpacked is the same.
    if (!isComplete(folder)) throw error;
  }
}
