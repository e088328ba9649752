/** A text, and the encoding that it was read in. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: "UTF-8" | "UTF-16" | "Latin-1";
}

/** Files that a submission may import, and tables. */
const TEXT_FILE = /\.(?:[mc]?[tj]sx?|wgsl|json|txt|md|csv|ya?ml)$/i;

export function isTextFile(name: string): boolean {
  return TEXT_FILE.test(name);
}

/** Reads text as editors save it. Never fails: what is neither UTF-16 nor UTF-8 is Latin-1 (Windows' code page 1252). */
export function decodeText(bytes: Uint8Array): DecodedText {
  const utf16 = utf16Label(bytes);
  if (utf16 !== undefined) return { text: new TextDecoder(utf16).decode(bytes), encoding: "UTF-16" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "UTF-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "Latin-1" };
  }
}

/** By the byte order mark, or else by the zero bytes that UTF-16 has in every second place of ASCII text. */
function utf16Label(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const pairs = Math.min(bytes.length, 512) >> 1;
  const zeros = [0, 0];
  for (let at = 0; at < 2 * pairs; at++) if (bytes[at] === 0) zeros[at & 1]!++;
  const most = pairs / 2;
  if (pairs === 0 || zeros[0]! > most === zeros[1]! > most) return undefined;
  return zeros[1]! > most ? "utf-16le" : "utf-16be";
}
