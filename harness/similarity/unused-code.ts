import type { WgslToken } from "../wgsl/lexer.ts";

/** A token and its line in the source. */
export interface SourceToken extends WgslToken {
  readonly line: number;
}

/** Removing one declaration can leave others unused. */
const ROUNDS = 4;
/** `<storage, read_write>`, with a trailing comma. */
const LONGEST_TEMPLATE = 6;

/**
 * Removes unused declarations from a kernel: variables, constants, types, and functions. Such code changes only the
 * kernel's appearance.
 */
export function withoutUnused(tokens: readonly SourceToken[]): readonly SourceToken[] {
  let kept = tokens;
  for (let round = 0; round < ROUNDS; round++) {
    const fewer = withoutUnusedOnce(kept);
    if (fewer.length === kept.length) break;
    kept = fewer;
  }
  return kept;
}

function withoutUnusedOnce(tokens: readonly SourceToken[]): readonly SourceToken[] {
  const uses = new Map<string, number>();
  for (const { text, kind } of tokens) if (kind === "name") uses.set(text, (uses.get(text) ?? 0) + 1);
  const kept: SourceToken[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const name = declaredName(tokens, at);
    if (name !== undefined && uses.get(name) === 1 && !hasAttribute(tokens, at)) at = endOfDeclaration(tokens, at);
    else kept.push(tokens[at]!);
  }
  return kept;
}

/** The name declared by a declaration that begins here; undefined if none does. */
function declaredName(tokens: readonly SourceToken[], at: number): string | undefined {
  if (!["let", "var", "const", "fn", "struct"].includes(tokens[at]!.text)) return undefined;
  let next = at + 1;
  if (tokens[next]?.text === "<") {
    const end = tokens.slice(next, next + LONGEST_TEMPLATE).findIndex(({ text }) => text === ">");
    if (end < 0) return undefined;
    next += end + 1;
  }
  const name = tokens[next];
  return name?.kind === "name" ? name.text : undefined;
}

/** Entry points and bindings are used from outside. */
function hasAttribute(tokens: readonly SourceToken[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  return before === ")" || tokens[at - 2]?.text === "@";
}

/** The `;` of a variable, or the `}` of a function or a struct. */
function endOfDeclaration(tokens: readonly SourceToken[], at: number): number {
  const isBlock = tokens[at]!.text === "fn" || tokens[at]!.text === "struct";
  let depth = 0;
  for (let end = at; end < tokens.length; end++) {
    const { text } = tokens[end]!;
    if ("({[".includes(text)) depth++;
    if (")}]".includes(text)) depth--;
    if (depth === 0 && text === (isBlock ? "}" : ";")) return end;
    // The declaration is in a `for (…)`, or the enclosing block ends first.
    if (depth < 0) return end - 1;
  }
  return tokens.length - 1;
}
