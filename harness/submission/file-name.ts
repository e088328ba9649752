import { fixedLimits } from "../task/limits.ts";

const WINDOWS_DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** A name as a folder lists it, or why it is not taken. */
export type FileName = { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: string };

/**
 * Decides whether a file's or folder's name can stand in reports and be unpacked on every system.
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

/** Why a name is not taken, as a sentence; undefined where it is. */
export function nameProblem(name: string): string | undefined {
  if (Buffer.byteLength(name) > fixedLimits.nameBytes) {
    return `Its name is longer than ${fixedLimits.nameBytes} bytes. Shorten it.`;
  }
  if (/\p{Cc}/u.test(name)) return "Its name contains control characters. Rename it without them.";
  if (name.includes("\\")) return "Its name contains a backslash. Rename it without it.";
  const device = WINDOWS_DEVICES.exec(name)?.[1];
  if (device !== undefined) {
    return `Its name is the device ${device.toUpperCase()} on Windows, where it cannot be a file. Rename it.`;
  }
  if (/[. ]$/.test(name)) return "Its name ends with a dot or a space, which Windows drops. Rename it without it.";
  return undefined;
}

/** Why a name cannot be that of a candidate's folder, as a sentence; undefined where it can. */
export function candidateNameProblem(name: string): string | undefined {
  if (name === "") return "It is empty.";
  if (name.includes("/")) return "It names a folder in a folder. Use --dir for where it lies.";
  if (name.startsWith(".")) return "Names that begin with a dot are not looked at. Begin it with a letter.";
  if (name === "node_modules") return "That is where packages lie, and it is not looked at.";
  return nameProblem(name);
}
