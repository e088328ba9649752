import { fixedLimits } from "../task/limits.ts";

const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Folders that systems and package managers create: they belong to no candidate, and hold no submission. */
const IGNORED: ReadonlySet<string> = new Set(
  "node_modules,__MACOSX,lost+found,@eaDir,$RECYCLE.BIN,System Volume Information".split(","),
);

/** Whether a file or folder is ignored wherever it is: its name begins with a dot, or systems create it. */
export function isIgnoredName(name: string): boolean {
  return name.startsWith(".") || IGNORED.has(name);
}

/** A name from a folder listing, or the reason for refusing it. */
export type FileName = { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: string };

/**
 * Checks whether a file's or folder's name can be shown in reports and unpacked on every system.
 *
 * @param raw the name as bytes, since file systems do not promise UTF-8
 */
export function readName(raw: Uint8Array): FileName {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return { ok: false, reason: "Its name is not valid UTF-8. Rename it with letters, digits and hyphens." };
  }
  const reason = nameProblem(name);
  return reason === undefined ? { ok: true, name } : { ok: false, reason };
}

/** The reason for refusing a name, as a sentence; undefined if it is accepted. */
export function nameProblem(name: string): string | undefined {
  if (Buffer.byteLength(name) > fixedLimits.nameBytes) {
    return `Its name is ${Buffer.byteLength(name)} bytes long; the limit is ${fixedLimits.nameBytes}. Shorten it.`;
  }
  if (/\p{Cc}/u.test(name)) return "Its name contains control characters. Rename it without them.";
  if (name.includes("\\")) return "Its name contains a backslash. Rename it without it.";
  const device = WINDOWS_DEVICES.exec(name)?.[1];
  if (device !== undefined) {
    return `Its name is reserved on Windows for the device ${device.toUpperCase()}. Rename it.`;
  }
  if (/[. ]$/.test(name)) return "Its name ends with a dot or a space, which Windows drops. Rename it without it.";
  return undefined;
}

/** The reason why a name cannot be a candidate's folder, as a sentence; undefined if it can. */
export function candidateNameProblem(name: string): string | undefined {
  if (name === "") return "It is empty. Choose a name.";
  if (name.includes("/")) return "It contains a slash. Use --dir for the parent folder.";
  if (name.startsWith(".")) return "Kernelmark ignores names that begin with a dot. Begin it with a letter.";
  if (isIgnoredName(name)) return "Kernelmark ignores folders of this name. Choose another name.";
  return nameProblem(name);
}
