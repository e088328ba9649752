import { currentSystem } from "./current-system.ts";

/**
 * Quotes a text as one word of a command, for people to type. On Windows, cmd and PowerShell both take double quotes,
 * and no path there contains one.
 */
export function shellWord(text: string, system = currentSystem()): string {
  if (system === "windows") return /^[\w./\\@%+=:-]+$/.test(text) ? text : `"${text}"`;
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
