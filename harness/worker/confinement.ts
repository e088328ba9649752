import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { addedTasksFolder } from "../catalog/added-tasks.ts";
import { packageRoot } from "../files/package-root.ts";
import { inheritedDescriptors } from "../system/linux-processes.ts";
import { bubblewrapped, type ConfinedStart } from "./bubblewrap.ts";

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
  const places = { reads: [...code, ...reads], writes: [...writes, workFolder], workFolder };
  return bubblewrapped([process.execPath, ...nodeArgs], places, adapter);
}

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

function withRealPath(path: string): string[] {
  return [...new Set([path, realPath(path)])];
}

function realPath(path: string): string {
  try {
    // The native form also resolves short names (`RUNNER~1`) on Windows.
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

function existing(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => existsSync(path));
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
