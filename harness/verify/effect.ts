import { bodies, type Edit } from "../mutation/edit.ts";
import type { Mutant } from "../mutation/mutants.ts";
import { tokenize } from "../mutation/wgsl-tokens.ts";
import { readSyntax } from "./read-syntax.ts";
import { type Expression, expressionsIn, ownExpressions, type Statement, statementsIn } from "./wgsl-syntax.ts";
import { scalarOf } from "./wgsl-types.ts";

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

/** Whether a module is instrumented. */
export function notesEffect(module: string): boolean {
  return module.includes(NOTE);
}

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

/** Where an expression may have a constant's name, and what it is there. */
interface Use extends Span {
  readonly text: string;
}

/**
 * A mutant that changes a constant, and notes whether an integer or a condition of a function has another value than
 * with the old one; undefined if the module cannot be read.
 */
export function instrumentedConstant(module: string, { edit, code }: Mutant): string | undefined {
  const syntax = readSyntax(module);
  const declaration = constantAt(module, edit);
  if (syntax === undefined || declaration === undefined) return undefined;
  const { name, value } = declaration;
  const before = `${name}_before`;
  const uses = syntax.functions.flatMap(({ body }) =>
    [...statementsIn(body)].flatMap((statement) => usesIn(statement)),
  );
  const noted = uses
    .sort((one, other) => other.start - one.start)
    .reduce((text, { start, end, text: after }) => {
      const old = after.replace(new RegExp(`\\b${name}\\b`, "g"), before);
      const wrapped = ` select(${after}, ${after}, note_effect(${DIFFERS.discrete(old, after)}))`;
      const moved = start < edit.start ? 0 : code.length - module.length;
      return text.slice(0, start + moved) + wrapped + text.slice(end + moved);
    }, code);
  return `${noted}\nconst ${before} = ${value};${NOTE}`;

  function usesIn(statement: Statement): Use[] {
    if (statement.kind === "declaration" && statement.variable.keyword === "const") return [];
    return ownExpressions(statement).flatMap((expression) =>
      largest(expression, statement.kind === "assignment" && expression === statement.target),
    );
  }

  /** The largest integers and conditions in an expression that the constant is part of. */
  function largest(expression: Expression, isTarget: boolean): Use[] {
    const { start, end, type, kind, parts } = expression;
    const isPart = [...expressionsIn(expression)].some(({ variable }) => variable?.name === name && variable.isGlobal);
    if (!isPart) return [];
    if (!isTarget && DISCRETE.has(scalarOf(type))) return [{ start, end, text: module.slice(start, end) }];
    return parts.flatMap((part, number) => largest(part, isTarget && !(kind === "index" && number === 1)));
  }
}

const DISCRETE = new Set(["bool", "i32", "u32"]);

/** The declaration of the constant whose value a change is in. */
function constantAt(module: string, { start }: Edit): { readonly name: string; readonly value: string } | undefined {
  const tokens = tokenize(module);
  const range = bodies(tokens).find(
    ({ from, to, kind }) => kind === "constant" && tokens[from]!.start <= start && start < tokens[to]!.start,
  );
  if (range === undefined) return undefined;
  const keyword = tokens.findLastIndex(({ text }, at) => at < range.from && text === "const");
  return { name: tokens[keyword + 1]!.text, value: module.slice(tokens[range.from]!.start, tokens[range.to]!.start) };
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
