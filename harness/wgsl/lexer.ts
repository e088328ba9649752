/** A name (keywords too), a number with its suffix, or an operator, bracket or any other character. */
export interface WgslToken {
  readonly kind: "name" | "number" | "symbol";
  readonly text: string;
  /** Start and end in the source. */
  readonly start: number;
  readonly end: number;
}

/**
 * The groups are the start of a comment, a name and a number. The first characters decide each alternative, without
 * backtracking: reading takes time linear in the source's length for any source.
 */
const LEXEME = new RegExp(
  [
    String.raw`(\/\*|\/\/[^\n\v\f\r\u0085\u2028\u2029]*)`,
    String.raw`([\p{XID_Start}_]\p{XID_Continue}*)`,
    String.raw`(0[xX](?:[\da-fA-F]+(?:\.[\da-fA-F]*)?|\.[\da-fA-F]+)(?:[pP][+-]?\d+[fh]?|[iu])?|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fhiu]?)`,
    // `joinOperators` handles `>>`, `>=` and `>>=`.
    String.raw`<<=|<<|[<=!]=|&&|\|\||\+\+|--|->|[-+*/%&|^]=|\S`,
  ].join("|"),
  "gu",
);

/** The tokens of WGSL, without comments. The source may be any text. A `>` is a token by itself. */
export function* wgslTokens(code: string): Generator<WgslToken> {
  const lexemes = new RegExp(LEXEME);
  for (let match = lexemes.exec(code); match !== null; match = lexemes.exec(code)) {
    const { 0: text, 1: comment, 2: name, 3: number, index: start } = match;
    if (comment !== undefined) {
      lexemes.lastIndex = commentEnd(code, start, text);
      continue;
    }
    const kind = name !== undefined ? "name" : number !== undefined ? "number" : "symbol";
    yield { kind, text, start, end: start + text.length };
  }
}

/**
 * Joins `>` with a following `>` or `=` to an operator.
 *
 * @param endsList whether a `>` ends a template list, as in `array<vec2<f32>>`, and so is not part of an operator
 */
export function* joinOperators<T extends WgslToken>(
  tokens: Iterable<T>,
  endsList: (token: T) => boolean = () => false,
): Generator<T> {
  let before: T | undefined;
  for (const token of tokens) {
    const together = (before?.text ?? "") + token.text;
    if (before?.end === token.start && /^>(>=?|=)$/.test(together) && !endsList(before) && !endsList(token)) {
      before = { ...before, text: together, end: token.end };
      continue;
    }
    if (before !== undefined) yield before;
    before = token;
  }
  if (before !== undefined) yield before;
}

/** The value of a whole number with or without suffix; undefined for any other token. */
export function wholeNumber(text: string): number | undefined {
  return /^(0[xX][\da-fA-F]+|\d+)[iu]?$/.test(text) ? Number(text.replace(/[iu]$/, "")) : undefined;
}

/** The end of a comment that begins with this lexeme. Block comments nest (WGSL, §3.4 "Comments"). */
function commentEnd(code: string, offset: number, lexeme: string): number {
  if (lexeme !== "/*") return offset + lexeme.length;
  const marks = /\/\*|\*\//g;
  marks.lastIndex = offset;
  let depth = 0;
  for (let mark = marks.exec(code); mark !== null; mark = marks.exec(code)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return code.length;
}
