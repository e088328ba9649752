import type { SubmittedFile } from "../run/attempt.ts";
import { moduleStrings } from "./module-strings.ts";
import { type NormalizedToken, normalizedTokens } from "./normalized-tokens.ts";

/** A piece of WGSL in a file, as tokens. */
export interface WgslPiece {
  readonly file: string;
  readonly tokens: readonly NormalizedToken[];
}

/** A string with fewer tokens is a name or a message rather than a piece of a kernel. */
const FEWEST_TOKENS = 8;

/** All WGSL in some files: those that are WGSL, and the strings of the others. */
export function wgslPieces(files: readonly SubmittedFile[]): WgslPiece[] {
  return files.flatMap(({ name, text }) => {
    if (name.endsWith(".wgsl")) return [{ file: name, tokens: normalizedTokens(text) }];
    return moduleStrings(text)
      .map((string) => ({ file: name, tokens: normalizedTokens(string.text, string.line) }))
      .filter(({ tokens }) => tokens.length >= FEWEST_TOKENS);
  });
}
