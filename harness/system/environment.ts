import { tmpdir } from "node:os";
import { currentSystem, type SystemName } from "./current-system.ts";

/**
 * The variables of a system that a process cannot do without, or that the system adds by itself:
 *
 * - Linux: a Vulkan loader or driver may only be found through `LD_LIBRARY_PATH`, as when the adapter was tried;
 * - macOS: Core Foundation adds its own;
 * - Windows: libraries are found through `SystemRoot`, and drivers keep compiled shaders below `LOCALAPPDATA`; libuv
 *   adds the others that it lacks (`required_vars` in src/win/process.c). Case does not count there.
 */
const VARIABLES: Readonly<Record<SystemName, readonly string[]>> = {
  linux: ["LD_LIBRARY_PATH"],
  macos: ["__CF_USER_TEXT_ENCODING"],
  windows: [
    ...["SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "PROGRAMDATA", "LOCALAPPDATA"],
    ...["HOMEDRIVE", "HOMEPATH", "LOGONSERVER", "PATH", "USERDOMAIN", "USERNAME", "USERPROFILE"],
  ],
};
/** The names under which programs look for the folder for temporary files. */
const TEMPORARY: Readonly<Record<SystemName, readonly string[]>> = {
  linux: ["TMPDIR"],
  macos: ["TMPDIR"],
  windows: ["TEMP", "TMP"],
};

/** The variable to set if the folder for temporary files is unusable. */
export function temporaryVariable(system = currentSystem()): string {
  return TEMPORARY[system][0]!;
}

/** This process's variables that a confined process gets too. */
export function systemEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
  system = currentSystem(),
): Record<string, string> {
  const kept = Object.entries(environment).filter(([name]) => VARIABLES[system].includes(spelling(name, system)));
  const temporary = TEMPORARY[system].map((name) => [name, tmpdir()]);
  return Object.fromEntries([...temporary, ...kept]) as Record<string, string>;
}

/** Whether a confined process gets this variable from the system. */
export function isOfSystem(name: string, system = currentSystem()): boolean {
  return [...VARIABLES[system], ...TEMPORARY[system]].includes(spelling(name, system));
}

function spelling(name: string, system: SystemName): string {
  return system === "windows" ? name.toUpperCase() : name;
}

/** A command with a variable set, as a user types it: into a shell, or on Windows into PowerShell. */
export function withVariable(name: string, value: string, command: string, system = currentSystem()): string {
  return system === "windows" ? `$env:${name}="${value}"; ${command}` : `${name}=${value} ${command}`;
}
