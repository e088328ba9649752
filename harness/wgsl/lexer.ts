/** A name, a number, or one character of anything else: `<` and `=` of `<=` are two. */
export interface WgslToken {
  readonly text: string;
  readonly offset: number;
}

// Whatever the source holds, each alternative is decided by its first characters and never tried again: reading is
// linear in the source's length.
const COMMENT = String.raw`\/\*|\/\/[^\n\v\f\r\u0085\u2028\u2029]*`;
const LEXEME = new RegExp(String.raw`${COMMENT}|[\p{XID_Start}_]\p{XID_Continue}*|[0-9]\w*|\S`, "gu");
const isComment = (lexeme: string) => lexeme.startsWith("//") || lexeme === "/*";

/** The tokens of WGSL, without its comments. The source may be anything. */
export function* wgslTokens(code: string): Generator<WgslToken> {
  const lexemes = new RegExp(LEXEME);
  for (let match = lexemes.exec(code); match !== null; match = lexemes.exec(code)) {
    const { 0: text, index: offset } = match;
    if (!isComment(text)) yield { text, offset };
    else lexemes.lastIndex = commentEnd(code, offset, text);
  }
}

/** Blanks comments out, keeping every character's place and every line end. */
export function withoutComments(code: string): string {
  const comments = new RegExp(COMMENT, "g");
  const parts: string[] = [];
  let from = 0;
  for (let match = comments.exec(code); match !== null; match = comments.exec(code)) {
    const end = commentEnd(code, match.index, match[0]);
    parts.push(code.slice(from, match.index), code.slice(match.index, end).replace(/[^\n]/g, " "));
    from = end;
    comments.lastIndex = end;
  }
  return parts.join("") + code.slice(from);
}

/** Where a comment ends that begins with this lexeme. Block comments nest (WGSL, §3.4 "Comments"). */
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
