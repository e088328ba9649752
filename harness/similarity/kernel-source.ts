import type { SubmittedFile } from "../results/attempt.ts";
import { moduleStrings } from "./module-strings.ts";
import { type NormalizedToken, normalizedTokens } from "./normalized-tokens.ts";

/** A piece of WGSL in a file, as tokens. */
export interface WgslPiece {
  readonly file: string;
  /** As written. */
  readonly code: string;
  readonly tokens: readonly NormalizedToken[];
}

/** A string with fewer tokens is a name or a message, not a piece of a kernel. */
const FEWEST_TOKENS = 8;

/** A kernel has about a thousand tokens. The rest of a longer submission is not compared. */
const MOST_TOKENS = 50_000;

/** The normalized tokens as one text: the same for pieces that differ only in names, numbers, comments and layout. */
export function normalizedText({ tokens }: WgslPiece): string {
  return tokens.map(({ text }) => text).join(" ");
}

/** All WGSL in some files: the WGSL files, and the strings of the others. */
export function wgslPieces(files: readonly SubmittedFile[]): WgslPiece[] {
  const pieces: WgslPiece[] = [];
  let room = MOST_TOKENS;
  for (const { name, text } of files) {
    const isWgsl = name.endsWith(".wgsl");
    for (const string of isWgsl ? [{ text, line: 1 }] : moduleStrings(text)) {
      if (room === 0) return pieces;
      const tokens = normalizedTokens(string.text, string.line).slice(0, room);
      if (!isWgsl && tokens.length < FEWEST_TOKENS) continue;
      pieces.push({ file: name, code: string.text, tokens });
      room -= tokens.length;
    }
  }
  return pieces;
}
