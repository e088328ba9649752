import type { Edit } from "./edit.ts";
import type { Mutant } from "./mutants.ts";
import { tokenize } from "./wgsl-tokens.ts";

/** The buffer in which an instrumented mutant notes that its change had an effect, and its binding. */
export const EFFECT = { buffer: "effect of the change", binding: 15 };

const NOTE = `
@group(0) @binding(${EFFECT.binding}) var<storage, read_write> effect_of_change: array<u32>;
fn note_effect(differs: bool) -> bool {
  if (differs) {
    effect_of_change[0] = 1u;
  }
  return differs;
}
`;

/** How two values are compared. `discrete` compiles only for integers and conditions, `any` for numbers too. */
export type Comparison = "discrete" | "any";

const DIFFERS: Readonly<Record<Comparison, (one: string, other: string) => string>> = {
  discrete: (one, other) => `any(((${one}) | (${other})) != ((${one}) & (${other})))`,
  any: (one, other) => `any((${one}) != (${other}))`,
};

/**
 * Versions of a mutant that note whether its change ever has an effect: whether the expression that it changes ever has
 * another value than before, or its new statement runs. The first that compiles counts: it has the largest expression
 * that can be compared.
 */
export function instrumented(module: string, { edit, code }: Mutant, comparison: Comparison): string[] {
  if (edit.text === "" && /^(return|break|continue)\b/.test(module.slice(edit.start))) {
    return [`${module.slice(0, edit.start)}note_effect(true);${module.slice(edit.end)}${NOTE}`];
  }
  return enclosingExpressions(module, edit).map(({ start, end }) => {
    const before = module.slice(start, end);
    const after = code.slice(start, end + code.length - module.length);
    const noted = `note_effect(${DIFFERS[comparison](before, after)})`;
    return `${module.slice(0, start)} select(${after}, ${after}, ${noted})${module.slice(end)}${NOTE}`;
  });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Tokens at which an expression ends that is not in brackets. */
const ENDS = new Set([
  "{",
  "}",
  ";",
  ",",
  ..."= += -= *= /= %= |= &= ^= <<= >>= ++ --".split(" "),
  "return",
  "if",
  "while",
]);

/** The expressions around a change, from the statement's down to the innermost bracket's. */
export function enclosingExpressions(code: string, { start, end }: Edit): Span[] {
  const tokens = tokenize(code);
  let first = tokens.findIndex((token) => token.end > start);
  let last = tokens.findLastIndex((token) => token.start < end);
  const spans: Span[] = [];
  // An operator of assignment is part of no expression.
  if (first > last || tokens.slice(first, last + 1).some(({ text }) => ENDS.has(text) && text !== ",")) return [];
  for (;;) {
    for (; !isEdge(first - 1, -1); first--) {
      const { partner } = tokens[first - 1]!;
      if (partner !== undefined) first = partner + 1;
    }
    for (; !isEdge(last + 1, 1); last++) {
      const { partner } = tokens[last + 1]!;
      if (partner !== undefined) last = partner - 1;
    }
    spans.unshift({ start: tokens[first]!.start, end: tokens[last]!.end });
    if (tokens[first - 1]?.text === ",") first = openingBefore(first - 1) + 1;
    const opening = tokens[first - 1];
    if (opening?.text !== "(" && opening?.text !== "[") return spans;
    if (["if", "while", "for", "switch"].includes(tokens[first - 2]?.text ?? "")) return spans;
    last = opening.partner!;
    first--;
  }

  function isEdge(at: number, direction: 1 | -1): boolean {
    const token = tokens[at];
    if (token === undefined || ENDS.has(token.text)) return true;
    return token.partner !== undefined && (direction < 0 ? token.partner > at : token.partner < at);
  }

  function openingBefore(from: number): number {
    let at = from;
    while (!(tokens[at]!.partner! > at)) at = (tokens[at]!.partner ?? at) - 1;
    return at;
  }
}
