import { joinOperators, type WgslToken, wgslTokens } from "../wgsl/lexer.ts";

export interface Token extends WgslToken {
  /** For a bracket, the index of the token that closes or opens it. The brackets of a template list count too. */
  readonly partner: number | undefined;
  /** Whether it is the `<` or `>` of a template list, such as that of `array<f32, 4>`, or is inside one. */
  readonly isTemplate: boolean;
}

type UnmatchedToken = { -readonly [K in keyof Token]: Token[K] };

const OPENERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Splits a WGSL module into tokens, without comments. */
export function tokenize(code: string): Token[] {
  const tokens = Array.from(
    wgslTokens(code),
    (token): UnmatchedToken => ({ ...token, partner: undefined, isTemplate: false }),
  );
  const ends = templateListEnds(tokens);
  const joined = [...joinOperators(tokens, (token) => ends.has(token))];
  matchBrackets(joined);
  return joined;
}

/** Distinguishes template lists from comparisons (WGSL, §3.9 "Template Lists"), marks them, and returns their `>`. */
function templateListEnds(tokens: readonly UnmatchedToken[]): ReadonlySet<Token> {
  const ends = new Set<Token>();
  const candidates: { index: number; depth: number }[] = [];
  let depth = 0;
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== "symbol") continue;
    if (text === "<" && tokens[index - 1]?.kind === "name") {
      candidates.push({ index, depth });
    } else if (text === ">" && candidates.at(-1)?.depth === depth) {
      const from = candidates.pop()!.index;
      ends.add(tokens[index]!);
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
  return ends;
}

function matchBrackets(tokens: UnmatchedToken[]): void {
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
