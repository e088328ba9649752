import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { addedTasksFolder } from "../catalog/added-tasks.ts";
import { packageRoot } from "../files/package-root.ts";

/** The permissions of a child process, in addition to its own code and packages. */
export interface Access {
  /** Folders that must exist, or `*` for all files. */
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** Whether it may start processes, which are then watched and killed with it. */
  readonly startsProcesses?: boolean;
  /** Whether it gets its own network, file system and process numbers, through bubblewrap. */
  readonly isIsolated?: boolean;
  /** Whether a software adapter runs kernels on one thread only. */
  readonly isOnOneThread?: boolean;
}

/** The program and arguments that start Node with only these permissions. */
export interface ConfinedStart {
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

const HEAP_MEGABYTES = 1_024;
const YOUNG_MEGABYTES = 32;

/** @param workFolder its own, empty working directory */
export function confinedStart(
  adapter: Pick<AdapterChoice, "environment" | "kind">,
  { reads = [], writes = [], startsProcesses = false, isIsolated = false }: Access,
  workFolder: string,
): ConfinedStart {
  const code = codePaths();
  const nodeArgs = [
    // V8's optimising compiler for WebAssembly would occupy a processor for a quarter of a second in every worker, for
    // plan functions that run for a few milliseconds.
    "--liftoff-only",
    `--max-old-space-size=${HEAP_MEGABYTES}`,
    // A process lives for a second: with V8's small initial heap, garbage collection takes a twentieth of it.
    `--min-semi-space-size=${YOUNG_MEGABYTES}`,
    `--max-semi-space-size=${YOUNG_MEGABYTES}`,
    ...permissionArgs([...code, ...reads, workFolder], writes),
    ...(startsProcesses ? ["--allow-child-process"] : []),
  ];
  if (!isIsolated) return { execPath: process.execPath, execArgv: nodeArgs };
  const binds = [
    ...SYSTEM_PATHS,
    process.execPath,
    ...code,
    ...reads,
    ...driverPaths(adapter.environment),
    ...(adapter.kind === "hardware" ? ["/sys"] : []),
  ];
  const args = [
    ...NAMESPACES,
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...existing(binds).flatMap((path) => ["--ro-bind", path, path]),
    ...(adapter.kind === "hardware" ? gpuDevices().flatMap((path) => ["--dev-bind", path, path]) : []),
    ...[...writes, workFolder].flatMap((path) => ["--bind", path, path]),
    ...["--chdir", workFolder],
  ];
  return { execPath: findProgram("bwrap"), execArgv: [...args, process.execPath, ...nodeArgs] };
}

/** Separate users, network, process numbers and file system. It ends with us, however we end. */
const NAMESPACES = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"];

/** Libraries that Node and drivers load, and drivers' configuration folders. */
const SYSTEM_PATHS = [
  ...["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt/rocm", "/run/opengl-driver", "/nix/store"],
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"],
  ...["/etc/vulkan", "/etc/glvnd", "/etc/drirc"],
];

/** Node's permissions for JavaScript; everything else is denied: processes, threads, other files. */
function permissionArgs(reads: readonly string[], writes: readonly string[]): string[] {
  // The option's name before it became stable in Node 23.5.
  const isStable = process.allowedNodeEnvironmentFlags.has("--permission");
  return [
    isStable ? "--permission" : "--experimental-permission",
    // Dawn is one. Machine code has all of the user's rights: only `isIsolated` confines that.
    "--allow-addons",
    // Otherwise every failure would warn that the model is experimental and that addons bypass it.
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    ...reads.flatMap(withRealPath).map((path) => `--allow-fs-read=${path}`),
    ...writes.flatMap(withRealPath).flatMap((path) => [`--allow-fs-read=${path}`, `--allow-fs-write=${path}`]),
  ];
}

/** The code that a process runs, the list of tasks, added tasks, and the folders in which Node searches for packages. */
function codePaths(): string[] {
  const root = packageRoot();
  const packages: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    packages.push(join(folder, "node_modules"));
    if (dirname(folder) === folder) break;
  }
  const tasks = addedTasksFolder();
  const own = ["dist", "kernels", "package.json"].map((name) => join(root, name));
  return existing([...own, ...(tasks === undefined ? [] : [tasks]), ...packages]);
}

/** Resolved here, since a child without PATH would be searched for only in the system's folders. */
function findProgram(name: string): string {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => existsSync(path)) ?? name;
}

function withRealPath(path: string): string[] {
  return [...new Set([path, realPath(path)])];
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function existing(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => existsSync(path));
}

/** Drivers outside the system's folders: the loader's folder, the manifests, and their libraries' folders. */
function driverPaths(environment: Readonly<Record<string, string>>): string[] {
  const list = (name: string) => (environment[name] ?? "").split(delimiter).filter((path) => path !== "");
  const manifests = list("VK_DRIVER_FILES");
  return [...list("LD_LIBRARY_PATH"), ...manifests, ...manifests.flatMap(libraryFolder)];
}

function libraryFolder(manifest: string): string[] {
  try {
    const library = String(JSON.parse(readFileSync(manifest, "utf8")).ICD.library_path);
    // A bare name is searched for among the system's libraries.
    return library.includes("/") ? [dirname(resolve(dirname(manifest), library))] : [];
  } catch {
    return [];
  }
}

function gpuDevices(): string[] {
  const nvidia = readdirSync("/dev").filter((name) => name.startsWith("nvidia"));
  return existing(["/dev/dri", "/dev/kfd", ...nvidia.map((name) => join("/dev", name))]);
}

/**
 * The descriptors of a child process from 4 on, except those that Node opens for it: none. Inherited descriptors of
 * this process that lack close-on-exec are replaced by the null device.
 *
 * @param nothing a descriptor of the null device
 */
export function coveredDescriptors(nothing: number): ("ignore" | number)[] {
  const inherited = inheritedDescriptors();
  const last = Math.max(3, ...inherited);
  return Array.from({ length: last - 3 }, (_, index) => (inherited.includes(index + 4) ? nothing : "ignore"));
}

const CLOSE_ON_EXEC = 0o2000000;

/** At start, Node sets close-on-exec on inherited descriptors, but only up to the first gap. */
function inheritedDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd")
      .map(Number)
      .filter((descriptor) => descriptor > 3 && isInherited(descriptor));
  } catch {
    return [];
  }
}

function isInherited(descriptor: number): boolean {
  try {
    if (readlinkSync(`/proc/self/fd/${descriptor}`) === devNull) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
