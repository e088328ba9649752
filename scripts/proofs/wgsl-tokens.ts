import { withoutComments } from "../../harness/wgsl/lexer.ts";

export type TokenKind = "name" | "number" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where it begins in the source. */
  readonly start: number;
  readonly end: number;
  /** For a bracket, the index of the token that closes or opens it. The brackets of a template list count too. */
  readonly partner: number | undefined;
  /** Whether it is the `<` or `>` of a template list, such as that of `array<f32, 4>`, or lies inside one. */
  readonly isTemplate: boolean;
}

const TOKEN = new RegExp(
  [
    /(?<name>[_\p{XID_Start}][\p{XID_Continue}]*)/u.source,
    /(?<number>0[xX][0-9a-fA-F]+[iu]?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?[fhiu]?)/.source,
    // `>>` and `>=` are put together later, where they close no template list.
    /(?<symbol><<=|<<|<=|==|!=|&&|\|\||\+\+|--|->|[-+*/%&|^]=|[-+*/%&|^~!=<>()[\]{},;:.@?#$])/.source,
    /\s+/.source,
  ].join("|"),
  "uy",
);

const OPENERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

interface RawToken {
  kind: TokenKind;
  text: string;
  start: number;
  end: number;
  partner: number | undefined;
  isTemplate: boolean;
}

/** Splits a WGSL module into tokens, without comments. */
export function tokenize(code: string): Token[] {
  const tokens = split(code);
  const lists = templateLists(tokens);
  const joined = joinGreaterThan(tokens, new Set(lists.values()));
  matchBrackets(joined);
  return joined;
}

function split(code: string): RawToken[] {
  const source = withoutComments(code);
  const tokens: RawToken[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < source.length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(source)?.groups;
    if (groups === undefined) throw new Error(`no WGSL token begins with "${source.slice(start, start + 20)}"`);
    const kind = (["name", "number", "symbol"] as const).find((name) => groups[name] !== undefined);
    if (kind === undefined) continue;
    const text = groups[kind]!;
    tokens.push({ kind, text, start, end: start + text.length, partner: undefined, isTemplate: false });
  }
  return tokens;
}

/** Tells the `<` of template lists from the operator (WGSL, §3.9 "Template Lists"), and marks what lies inside. */
function templateLists(tokens: RawToken[]): Map<RawToken, RawToken> {
  const lists = new Map<RawToken, RawToken>();
  const candidates: { index: number; depth: number }[] = [];
  let depth = 0;
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== "symbol") continue;
    if (text === "<" && tokens[index - 1]?.kind === "name") {
      candidates.push({ index, depth });
    } else if (text === ">" && candidates.at(-1)?.depth === depth) {
      const from = candidates.pop()!.index;
      lists.set(tokens[from]!, tokens[index]!);
      for (let inside = from; inside <= index; inside++) tokens[inside]!.isTemplate = true;
    } else if (text === "(" || text === "[") {
      depth++;
    } else if (text === ")" || text === "]") {
      while ((candidates.at(-1)?.depth ?? -1) >= depth) candidates.pop();
      depth = Math.max(0, depth - 1);
    } else if (text === "&&" || text === "||") {
      while ((candidates.at(-1)?.depth ?? -1) >= depth) candidates.pop();
    } else if ([";", "{", ":", "="].includes(text) || /^([-+*/%&|^]|<<)=$/.test(text)) {
      depth = 0;
      candidates.length = 0;
    }
  }
  return lists;
}

/** Puts `>` `>` and `>` `=` together where they are operators. */
function joinGreaterThan(tokens: readonly RawToken[], closing: ReadonlySet<RawToken>): RawToken[] {
  const joined: RawToken[] = [];
  for (const token of tokens) {
    const before = joined.at(-1);
    const isAdjacent = before?.kind === "symbol" && before.end === token.start && !closing.has(before);
    const together = (before?.text ?? "") + token.text;
    if (isAdjacent && !closing.has(token) && [">>", ">=", ">>="].includes(together)) {
      joined[joined.length - 1] = { ...before, text: together, end: token.end };
      continue;
    }
    joined.push(token);
  }
  return joined;
}

function matchBrackets(tokens: RawToken[]): void {
  const open: number[] = [];
  for (const [index, { kind, text, isTemplate }] of tokens.entries()) {
    if (kind !== "symbol") continue;
    const isTemplateBracket = isTemplate && (text === "<" || text === ">");
    if (text in OPENERS || (isTemplateBracket && text === "<")) {
      open.push(index);
    } else if (Object.values(OPENERS).includes(text) || isTemplateBracket) {
      const partner = open.pop();
      if (partner === undefined) throw new Error(`nothing opens the ${text} at ${tokens[index]!.start}`);
      tokens[partner]!.partner = index;
      tokens[index]!.partner = partner;
    }
  }
}
