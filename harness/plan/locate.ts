import { codeFrame, type Place } from "../text/code-frame.ts";
import { positionAt } from "../text/position.ts";
import type { SourceFile } from "./source-files.ts";

/** A position in WGSL, as compilers report it: both from 1, the column in UTF-16 code units. */
export interface CodePosition {
  readonly line: number;
  readonly column: number;
  /** Code units to mark. */
  readonly length?: number | undefined;
}

/** The file name of a place in code that no candidate's file contains. */
export const GENERATED = "<generated WGSL>";

/** A line with fewer letters or digits than this (`}`, `);`) does not identify its origin. */
const DISTINCTIVE_CHARS = 4;

/**
 * Traces a position in a pass's WGSL to the candidate's own files: to a file used unchanged, a file used as a part of
 * the code, a literal in a module, or a line that occurs exactly once in all files. Otherwise the place is in the
 * generated code itself.
 *
 * @param code the WGSL of the pass
 * @param position in that code
 * @param files the candidate's files that the bundler reached
 */
export function locateInFiles(code: string, position: CodePosition, files: readonly SourceFile[]): Place {
  const length = position.length ?? 1;
  const [plain, sources] = [withLineFeeds(code), files.map((file) => ({ ...file, text: withLineFeeds(file.text) }))];
  const found =
    asWholeFile(plain, position, sources) ??
    insideCode(plain, position, sources) ??
    insideFile(plain, position, sources) ??
    byItsLine(plain, position, sources);
  const { file, text, line, column } = found ?? { ...position, file: GENERATED, text: code };
  return { file, line, column, frame: codeFrame(text, line, column, length) };
}

interface Found {
  readonly file: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

function asWholeFile(code: string, { line, column }: CodePosition, files: readonly SourceFile[]): Found | undefined {
  const file = files.find(({ text }) => text === code);
  return file && { file: file.path, text: file.text, line, column };
}

/** A file that was joined with others or put into a template. */
function insideCode(code: string, position: CodePosition, files: readonly SourceFile[]): Found | undefined {
  const offset = offsetOf(code, position);
  const longestFirst = files.filter(({ text }) => text.trim() !== "").sort((a, b) => b.text.length - a.text.length);
  for (const file of longestFirst) {
    const text = file.text.trim();
    const from = Math.max(0, offset - text.length);
    const found = firstIndexOf(text, code.slice(from, offset + text.length));
    if (found >= 0) return placeAt(file, offset - from - found + (file.text.length - file.text.trimStart().length));
  }
  return undefined;
}

/**
 * As `indexOf`, which hostile texts can make take time proportional to the product of both lengths (Knuth, Morris and
 * Pratt 1977).
 *
 * @returns -1 if the text does not occur
 */
function firstIndexOf(wanted: string, text: string): number {
  if (wanted.length > text.length) return -1;
  // For each end, the length of the longest proper prefix of `wanted` that is also a suffix there.
  const shorter = new Int32Array(wanted.length);
  for (let at = 1, matched = 0; at < wanted.length; at++) {
    while (matched > 0 && wanted[at] !== wanted[matched]) matched = shorter[matched - 1]!;
    if (wanted[at] === wanted[matched]) matched++;
    shorter[at] = matched;
  }
  for (let at = 0, matched = 0; at < text.length; at++) {
    while (matched > 0 && text[at] !== wanted[matched]) matched = shorter[matched - 1]!;
    if (text[at] === wanted[matched]) matched++;
    if (matched === wanted.length) return at + 1 - matched;
  }
  return -1;
}

/** Code that is a literal of a module. */
function insideFile(code: string, position: CodePosition, files: readonly SourceFile[]): Found | undefined {
  if (code.trim() === "") return undefined;
  for (const file of files) {
    const found = firstIndexOf(code, file.text);
    if (found >= 0) return placeAt(file, found + offsetOf(code, position));
  }
  return undefined;
}

/** A line of a literal that has substitutions in other lines. */
function byItsLine(code: string, position: CodePosition, files: readonly SourceFile[]): Found | undefined {
  const codeLine = linesOf(code)[position.line - 1] ?? "";
  const wanted = codeLine.trim();
  if (wanted.replace(/[^\p{L}\p{N}]/gu, "").length < DISTINCTIVE_CHARS) return undefined;
  const matches: Found[] = [];
  for (const { path: file, text } of files) {
    linesOf(text).forEach((line, index) => {
      if (line.trim() !== wanted) return;
      const column = position.column - codeLine.indexOf(wanted) + line.indexOf(wanted);
      matches.push({ file, text, line: index + 1, column: Math.max(column, 1) });
    });
  }
  return matches.length === 1 ? matches[0] : undefined;
}

function placeAt(file: SourceFile, offset: number): Found {
  return { file: file.path, text: file.text, ...positionAt(file.text, offset) };
}

function offsetOf(code: string, { line, column }: CodePosition): number {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = code.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  return Math.min(start + column - 1, code.length);
}

function linesOf(text: string): string[] {
  return text.split("\n");
}

/** JavaScript turns a template's CR LF into LF, but keeps it in imported texts. Lines and columns stay the same. */
function withLineFeeds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
