import { joinOperators, wgslTokens } from "../wgsl/lexer.ts";
import { WGSL_WORDS } from "../wgsl/words.ts";
import { type SourceToken, withoutUnused } from "./unused-code.ts";

/** A token of WGSL without the details that its author could change at no cost. */
export interface NormalizedToken {
  readonly text: string;
  /** The line in the file, counted from 1. */
  readonly line: number;
}

/** `vec3f`, `mat4x4h`: short for `vec3<f32>`, `mat4x4<f16>`. */
const SHORT_TYPE = /^(vec[234]|mat[234]x[234])([fhiu])$/;
const COMPONENT = { f: "f32", h: "f16", i: "i32", u: "u32" } as const;

/**
 * The tokens of a piece of WGSL, or of any other text: drops comments, separators and unused declarations, makes the
 * author's own names, numbers and kinds of declaration the same, and writes out short types. Never throws.
 *
 * @param firstLine the line of the file at which the code begins
 */
export function normalizedTokens(code: string, firstLine = 1): NormalizedToken[] {
  return withoutUnused(sourceTokens(code, firstLine)).flatMap(({ text, kind, line }) => {
    if (kind === "name") return wordsFor(text).map((word) => ({ text: word, line }));
    if (text === ";" || text === ",") return [];
    return [{ text: kind === "number" ? "0" : text, line }];
  });
}

function sourceTokens(code: string, firstLine: number): SourceToken[] {
  let line = firstLine;
  let at = 0;
  return Array.from(joinOperators(wgslTokens(code)), (token) => {
    for (; at < token.start; at++) if (code[at] === "\n") line++;
    return { ...token, line };
  });
}

function wordsFor(name: string): readonly string[] {
  const [, type, component] = SHORT_TYPE.exec(name) ?? [];
  if (type !== undefined) return [type, "<", COMPONENT[component as keyof typeof COMPONENT], ">"];
  if (name === "let" || name === "var" || name === "const") return ["var"];
  return WGSL_WORDS.has(name) ? [name] : ["n"];
}
