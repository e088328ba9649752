import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";

// Linux only: see `requireIsolation`.

/** Separate users, network, process numbers and file system. It ends with us, however we end. */
const NAMESPACES = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"];

/** Libraries that Node and drivers load, and drivers' configuration folders. */
const SYSTEM_PATHS = [
  ...["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/opt/rocm", "/run/opengl-driver", "/nix/store"],
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"],
  ...["/etc/vulkan", "/etc/glvnd", "/etc/drirc"],
];

/** The program and arguments that start Node with only some permissions. */
export interface ConfinedStart {
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

interface Places {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** One of `writes`. */
  readonly workFolder: string;
}

/** Starts a program in namespaces of its own, which contain only these folders, the system's libraries and the driver. */
export function bubblewrapped(
  command: readonly [program: string, ...args: string[]],
  { reads, writes, workFolder }: Places,
  adapter: Pick<AdapterChoice, "environment" | "kind">,
): ConfinedStart {
  const binds = [
    ...SYSTEM_PATHS,
    command[0],
    ...reads,
    ...driverPaths(adapter.environment),
    ...(adapter.kind === "hardware" ? ["/sys"] : []),
  ];
  const args = [
    ...NAMESPACES,
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...existing(binds).flatMap((path) => ["--ro-bind", path, path]),
    ...(adapter.kind === "hardware" ? gpuDevices().flatMap((path) => ["--dev-bind", path, path]) : []),
    ...writes.flatMap((path) => ["--bind", path, path]),
    ...["--chdir", workFolder],
  ];
  return { execPath: findProgram("bwrap"), execArgv: [...args, ...command] };
}

/** Resolved here, since a child without PATH would be searched for only in the system's folders. */
function findProgram(name: string): string {
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => existsSync(path)) ?? name;
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

function existing(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => existsSync(path));
}
