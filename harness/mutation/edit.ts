import type { Token } from "./wgsl-tokens.ts";

/** A replacement of one piece of a source. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly change: string;
}

/** Tokens `from` up to, not including, `to`. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
  /** `attribute` is the argument of a `@workgroup_size`. */
  readonly kind: "function" | "constant" | "attribute";
}

export type FindEdits = (code: string, tokens: readonly Token[], ranges: readonly TokenRange[]) => Edit[];

export function replace({ start, end }: { start: number; end: number }, text: string, change: string): Edit {
  return { start, end, text, change };
}

/** The parts of a module that compute: bodies of functions, values of constants, workgroup sizes. */
export function bodies(tokens: readonly Token[]): TokenRange[] {
  const ranges: TokenRange[] = [];
  let at = 0;
  while (at < tokens.length) {
    const { text } = tokens[at]!;
    if (text === "@") {
      const opening = at + 2;
      const hasArguments = tokens[opening]?.text === "(";
      const closing = hasArguments ? tokens[opening]!.partner! : at + 1;
      if (tokens[at + 1]!.text === "workgroup_size") ranges.push({ from: opening + 1, to: closing, kind: "attribute" });
      at = closing + 1;
    } else if (text === "fn") {
      const parameters = tokens[at + 2]!.partner!;
      const opening = find(tokens, parameters, "{");
      ranges.push({ from: opening + 1, to: tokens[opening]!.partner!, kind: "function" });
      at = tokens[opening]!.partner! + 1;
    } else {
      const end = endOfDeclaration(tokens, at);
      if (text === "const") {
        const value = find(tokens, at, "=");
        ranges.push({ from: value + 1, to: end, kind: "constant" });
      }
      at = end + 1;
    }
  }
  return ranges;
}

/** The end of a declaration other than a function: its `;`, or the `}` of a structure. */
function endOfDeclaration(tokens: readonly Token[], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const { text, partner } = tokens[at]!;
    if (text === ";") return at;
    if (partner !== undefined && partner > at) {
      if (text === "{") return partner;
      at = partner;
    }
  }
  return tokens.length;
}

/** The index of the next token with this text, outside brackets opened in between. */
export function find(tokens: readonly Token[], from: number, text: string): number {
  for (let at = from; at < tokens.length; at++) {
    if (tokens[at]!.text === text) return at;
    const { partner } = tokens[at]!;
    if (partner !== undefined && partner > at) at = partner;
  }
  throw new Error(`no ${text} after ${tokens[from]?.start}`);
}

/** Names that begin statements, or are between them. */
export const KEYWORDS = new Set([
  "return",
  "if",
  "else",
  "for",
  "while",
  "switch",
  "case",
  "let",
  "var",
  "const",
  "loop",
]);

/** Whether an operand ends before this token: if so, an operator here is binary, otherwise unary. */
export function isBinary(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before === undefined) return false;
  if (before.kind === "name") return !KEYWORDS.has(before.text);
  return before.kind === "number" || before.text === ")" || before.text === "]" || isTemplateEnd(before);
}

function isTemplateEnd({ text, isTemplate }: Token): boolean {
  return isTemplate && text === ">";
}
