import { createHash } from "node:crypto";
import { nameProblem } from "../../submission/file-name.ts";

const LONGEST_BYTES = 100;
const HASH_CHARS = 8;

/**
 * A name for each candidate's folder or file, valid on every file system: their own name if possible, otherwise its
 * valid characters and a hash. The names differ from each other even without regard to case.
 */
export function folderNames(candidates: readonly string[]): Map<string, string> {
  const harmless = new Map(candidates.map((candidate) => [candidate, harmlessName(candidate)]));
  const holders = new Map<string, number>();
  for (const name of harmless.values()) holders.set(fold(name), (holders.get(fold(name)) ?? 0) + 1);
  return new Map(
    [...harmless].map(([candidate, name]) => {
      const isOwn = name === candidate && holders.get(fold(name)) === 1;
      return [candidate, isOwn ? name : `${name}-${hashOf(candidate)}`];
    }),
  );
}

function harmlessName(candidate: string): string {
  const plain = candidate.replace(/[^\p{L}\p{M}\p{N} ._@+-]/gu, "_").replace(/^[. ]+|[. ]+$/g, "_");
  const short = Buffer.from(plain)
    .subarray(0, LONGEST_BYTES)
    .toString()
    .replace(/\ufffd+$/, "");
  return short === "" || nameProblem(short) !== undefined ? `_${short.replace(/\./g, "_")}` : short;
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function hashOf(candidate: string): string {
  return createHash("sha256").update(candidate).digest("hex").slice(0, HASH_CHARS);
}
