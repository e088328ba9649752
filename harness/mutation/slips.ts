import { wholeNumber } from "../wgsl/lexer.ts";
import { type Edit, type FindEdits, find, isBinary, replace, type TokenRange } from "./edit.ts";
import { expressionEdits, rightEnd } from "./expression-edits.ts";
import { boundLoops } from "./loop-bounds.ts";
import { editsOf, type Mutant, mutated, normalized } from "./mutants.ts";
import { statementEdits } from "./statement-edits.ts";
import { tokenEdits } from "./token-edits.ts";
import type { Token } from "./wgsl-tokens.ts";

/**
 * The mutants of a WGSL module that people write by mistake, the commonest first, without doubles. Their loops end. Made
 * one by one, since there are more than anyone tries.
 */
export function* slipsOf(code: string): Generator<Slip> {
  const seen = new Set([normalized(code)]);
  for (const kinds of COMMONEST_FIRST) {
    for (const edit of editsOf(code, kinds)) {
      const slip = mutated(code, edit);
      const form = normalized(slip.code);
      if (seen.has(form)) continue;
      seen.add(form);
      yield { ...slip, code: boundLoops(slip.code) };
    }
  }
}

export type Slip = Omit<Mutant, "occurrence">;

/** What people take for each other. */
const CONFUSED: Readonly<Record<string, readonly string[]>> = {
  "<": ["<="],
  "<=": ["<"],
  ">": [">="],
  ">=": [">"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*", "%"],
  "%": ["/"],
  "+=": ["="],
  "-=": ["+="],
  "*=": ["="],
  "&&": ["||"],
  "||": ["&&"],
  min: ["max"],
  max: ["min"],
  floor: ["ceil"],
  ceil: ["floor"],
  sqrt: [""],
  inverseSqrt: ["sqrt"],
  abs: [""],
  round: [""],
  exp: ["exp2"],
  log: ["log2"],
};

/** One operator or function for another. */
export const confusedTokens: FindEdits = (code, tokens, ranges) =>
  tokenEdits(code, tokens, ranges).filter(({ start, end, text }) => CONFUSED[code.slice(start, end)]?.includes(text));

/** A whole number for the next, the previous, its double or its half. */
export const confusedNumbers: FindEdits = (_, tokens, ranges) =>
  ranges.flatMap(({ from, to }) =>
    tokens.slice(from, to).flatMap((token) => {
      const value = token.isTemplate ? undefined : wholeNumber(token.text);
      if (value === undefined) return [];
      const suffix = /[iu]?$/.exec(token.text)![0];
      const others = [value + 1, value - 1, 2 * value, value / 2];
      return [...new Set(others)]
        .filter((other) => other !== value && other >= 0 && Number.isInteger(other))
        .map((other) => replace(token, `${other}${suffix}`, `"${token.text}" became "${other}${suffix}"`));
    }),
  );

/** A variable that begins at zero instead of its value, such as a maximum. */
export const startsAtZero: FindEdits = (_, tokens, ranges) =>
  ranges.flatMap(({ from, to, kind }) => {
    if (kind !== "function") return [];
    const edits: Edit[] = [];
    for (let at = from; at < to; at++) {
      if (tokens[at]!.text !== "var" || tokens[at + 2]?.text !== "=" || tokens[at + 3]?.kind === "number") continue;
      const place = { start: tokens[at + 3]!.start, end: tokens[find(tokens, at, ";") - 1]!.end };
      edits.push(replace(place, "0.0", `"${tokens[at + 1]!.text}" began at 0`));
    }
    return edits;
  });

/** An override or a tensor for another of the same type. */
export const confusedDeclarations: FindEdits = (_, tokens, ranges) =>
  confusedNames(tokens, ranges, declaredAlike(tokens));

/** An index for another. */
export const confusedIndices: FindEdits = (_, tokens, ranges) =>
  ranges.flatMap((range) => confusedNames(tokens, [range], [indexNames(tokens, range)]));

/** @param groups names that may take each other's place */
function confusedNames(
  tokens: readonly Token[],
  ranges: readonly TokenRange[],
  groups: readonly ReadonlySet<string>[],
): Edit[] {
  const edits: Edit[] = [];
  for (const { from, to, kind } of ranges) {
    if (kind !== "function") continue;
    for (let at = from; at < to; at++) {
      const { text, kind } = tokens[at]!;
      if (kind !== "name" || tokens[at - 1]?.text === "." || isDeclared(tokens, at)) continue;
      const others = new Set(groups.filter((group) => group.has(text)).flatMap((group) => [...group]));
      others.delete(text);
      for (const other of others) edits.push(replace(tokens[at]!, other, `"${text}" became "${other}"`));
    }
  }
  return edits;
}

function isDeclared(tokens: readonly Token[], at: number): boolean {
  return ["let", "var", "const"].includes(tokens[at - 1]?.text ?? "");
}

/** The names of the module's overrides and of its variables, grouped by their type. */
function declaredAlike(tokens: readonly Token[]): Set<string>[] {
  const byType = new Map<string, Set<string>>();
  for (let at = 0; at < tokens.length; at++) {
    const { text } = tokens[at]!;
    const isVariable = text === "var" && tokens[at + 1]?.isTemplate === true;
    if (text !== "override" && !isVariable) continue;
    const name = isVariable ? tokens[at + 1]!.partner! + 1 : at + 1;
    if (tokens[name + 1]?.text !== ":") continue;
    let end = name + 2;
    while (end < tokens.length && tokens[end]!.text !== ";" && tokens[end]!.text !== "=") end++;
    const type = tokens
      .slice(at, end)
      .filter((_, index) => at + index !== name)
      .map((token) => token.text)
      .join(" ");
    byType.set(type, (byType.get(type) ?? new Set()).add(tokens[name]!.text));
  }
  return [...byType.values()];
}

/** The names inside the brackets of a function's indices: most are unsigned integers. */
function indexNames(tokens: readonly Token[], { from, to }: TokenRange): Set<string> {
  const names = new Set<string>();
  for (let at = from; at < to; at++) {
    if (tokens[at]!.text !== "[" || !isBinary(tokens, at)) continue;
    for (let inside = at + 1; inside < tokens[at]!.partner!; inside++) {
      const { kind, text } = tokens[inside]!;
      const isCalled = tokens[inside + 1]?.text === "(" || tokens[inside + 1]?.text === "[";
      if (kind === "name" && tokens[inside - 1]!.text !== "." && !isCalled) names.add(text);
    }
  }
  return names;
}

/** `a * b` becomes `a`, and so do `a / b`, `a + b` and `a - b`. */
export const missingOperands: FindEdits = (code, tokens, ranges) => {
  const edits: Edit[] = [];
  for (const { from, to, kind } of ranges) {
    if (kind !== "function") continue;
    for (let at = from; at < to; at++) {
      const { text, isTemplate } = tokens[at]!;
      if (isTemplate || !["+", "-", "*", "/"].includes(text) || !isBinary(tokens, at)) continue;
      const place = { start: tokens[at]!.start, end: tokens[rightEnd(tokens, at, text === "+" || text === "-")]!.end };
      edits.push(replace(place, "", `"${code.slice(place.start, place.end)}" is missing`));
    }
  }
  return edits;
};

const COMMONEST_FIRST: readonly (readonly FindEdits[])[] = [
  [missingOperands, confusedDeclarations],
  [confusedTokens, confusedNumbers, startsAtZero, statementEdits],
  [confusedIndices, expressionEdits],
];
