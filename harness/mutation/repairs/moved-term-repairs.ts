import { type Edit, isBinary, replace } from "../edit.ts";
import { rightEnd } from "../expression-edits.ts";
import { type ModuleParts, textBetween } from "../module-parts.ts";
import { type CallRange, callsIn, factorStart, isInIndex, outermost } from "./expressions.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

/** Functions of one argument that people write around too much or too little. */
const FUNCTIONS = new Set("sqrt inverseSqrt exp exp2 log log2 tanh abs round floor ceil".split(" "));
const SUM = new Set(["+", "-"]);
const PRODUCT = new Set(["*", "/"]);

/** A change of the place of a term or a factor; `term` is what it moves. */
interface Move {
  readonly edit: Edit;
  readonly term: string;
}

/**
 * A term moved into a function or out of it, and likewise for brackets: `sqrt(v + eps)` for `sqrt(v) + eps`, `a * b - c`
 * for `a * (b - c)`. Lines that move the same term change together as well.
 */
export const movedTermRepairs: FindRepairs = (parts) => {
  const calls = callsIn(parts).filter(({ name, args }) => FUNCTIONS.has(name) && args.length === 1);
  const moves = [
    ...calls.flatMap((call) => [...intoCall(parts, call), ...outOfCall(parts, call)]),
    ...bracketsIn(parts).flatMap((opening) => outOfBrackets(parts, opening)),
    ...sumsIn(parts).flatMap((operator) => intoBrackets(parts, operator)),
  ];
  const alike = new Map<string, Move[]>();
  for (const move of moves) alike.set(move.term, [...(alike.get(move.term) ?? []), move]);
  const together = [...alike.values()].filter((some) => some.length > 1 && areApart(some));
  return [...moves.map((move) => [move]), ...together].map((some) => repairOf(parts, some));
};

function areApart(moves: readonly Move[]): boolean {
  const sorted = moves.map(({ edit }) => edit).sort((a, b) => a.start - b.start);
  return sorted.every(({ start }, at) => at === 0 || start >= sorted[at - 1]!.end);
}

function repairOf({ code }: ModuleParts, moves: readonly Move[]): Repair {
  const [{ edit }] = moves as [Move];
  const cause = `${quoted(code.slice(edit.start, edit.end))} should be ${quoted(withoutBrackets(code, edit))}`;
  const all = moves.length > 1 ? `, and likewise in ${moves.length - 1} more place${moves.length > 2 ? "s" : ""}` : "";
  return { kind: "moved", edits: moves.map((move) => move.edit), at: edit.start, cause: `${cause}${all}` };
}

/** The new text without brackets around all of it, where it is all of an expression. */
function withoutBrackets(code: string, { start, end, text }: Edit): string {
  const isAll = /(=|\(|,|return)\s*$/.test(code.slice(0, start)) && /^\s*[;),]/.test(code.slice(end));
  return isAll && /^\([^()]*(\([^()]*\)[^()]*)*\)$/.test(text) ? text.slice(1, -1) : text;
}

/** From one token to another, both included. */
function span({ tokens }: ModuleParts, first: number, last: number, text: string, term: string): Move {
  return { edit: replace({ start: tokens[first]!.start, end: tokens[last]!.end }, text, ""), term };
}

function intoCall(parts: ModuleParts, { name, at, opening, closing }: CallRange): Move[] {
  const { tokens } = parts;
  const moves: Move[] = [];
  const argument = textBetween(parts, opening + 1, closing);
  const hasSum = outermost(tokens, opening + 1, closing).some(
    (one) => SUM.has(tokens[one]!.text) && isBinary(tokens, one),
  );
  const factor = hasSum ? `(${argument})` : argument;
  const before = tokens[at - 1]!.text;
  const after = tokens[closing + 1]!.text;
  if (SUM.has(after) && !PRODUCT.has(before) && !isUnaryMinus(tokens, at - 1)) {
    const last = rightEnd(tokens, closing + 1, true);
    const term = textBetween(parts, closing + 2, last + 1);
    moves.push(span(parts, at, last, `${name}(${argument} ${after} ${term})`, `${after}${term}`));
  }
  if (PRODUCT.has(after)) {
    const last = rightEnd(tokens, closing + 1, false);
    const term = textBetween(parts, closing + 2, last + 1);
    moves.push(span(parts, at, last, `${name}(${factor} ${after} ${term})`, `${after}${term}`));
  }
  if (before === "+" && isBinary(tokens, at - 1) && !PRODUCT.has(after)) {
    const first = factorStart(tokens, at - 1);
    const isTerm = !PRODUCT.has(tokens[first - 1]!.text);
    const term = textBetween(parts, first, at - 1);
    if (isTerm) moves.push(span(parts, first, closing, `${name}(${term} + ${argument})`, `+${term}`));
  }
  if (before === "*") {
    const first = factorStart(tokens, at - 1);
    const term = textBetween(parts, first, at - 1);
    if (tokens[first - 1]!.text !== "/") {
      moves.push(span(parts, first, closing, `${name}(${term} * ${factor})`, `*${term}`));
    }
  }
  return moves;
}

function isUnaryMinus(tokens: ModuleParts["tokens"], at: number): boolean {
  return tokens[at]!.text === "-" && !isBinary(tokens, at);
}

function outOfCall(parts: ModuleParts, { name, at, opening, closing }: CallRange): Move[] {
  const { tokens } = parts;
  const own = outermost(tokens, opening + 1, closing);
  const isOperator = (kinds: ReadonlySet<string>) => (one: number) =>
    kinds.has(tokens[one]!.text) && isBinary(tokens, one);
  const sum = own.filter(isOperator(SUM)).at(-1);
  const products = sum === undefined ? own.filter(isOperator(PRODUCT)) : [sum];
  return products.flatMap((operator, index): Move[] => {
    const sign = tokens[operator]!.text;
    const isLast = index === products.length - 1;
    const left = textBetween(parts, opening + 1, operator);
    const right = textBetween(parts, operator + 1, closing);
    const moves = isLast ? [span(parts, at, closing, `(${name}(${left}) ${sign} ${right})`, `out${sign}${right}`)] : [];
    if (index === 0 && sign !== "/" && sign !== "-") {
      moves.push(span(parts, at, closing, `(${left} ${sign} ${name}(${right}))`, `out${sign}${left}`));
    }
    return moves;
  });
}

/** The `(` of brackets around sums that are not those of a call or a condition. */
function bracketsIn({ tokens, functions }: ModuleParts): number[] {
  return functions.flatMap(({ body }) => {
    const found: number[] = [];
    for (let at = body.from; at < body.to; at++) {
      const { text, partner } = tokens[at]!;
      if (text === "(" && partner !== undefined && !isBinary(tokens, at) && !isInIndex(tokens, at)) found.push(at);
    }
    return found;
  });
}

function outOfBrackets(parts: ModuleParts, opening: number): Move[] {
  const { tokens } = parts;
  const closing = tokens[opening]!.partner!;
  const operator = outermost(tokens, opening + 1, closing).findLast(
    (at) => SUM.has(tokens[at]!.text) && isBinary(tokens, at),
  );
  if (operator === undefined) return [];
  const [a, sign, b] = [
    textBetween(parts, opening + 1, operator),
    tokens[operator]!.text,
    textBetween(parts, operator + 1, closing),
  ];
  const before = tokens[opening - 1]!.text;
  const after = tokens[closing + 1]!.text;
  const moves: Move[] = [];
  if (PRODUCT.has(after)) {
    const last = rightEnd(tokens, closing + 1, false);
    const c = textBetween(parts, closing + 2, last + 1);
    moves.push(
      span(parts, opening, last, `(${a} ${after} ${c} ${sign} ${b})`, `first${after}${c}${sign}${b}`),
      span(parts, opening, last, `(${a} ${sign} ${b} ${after} ${c})`, `second${after}${c}${sign}${b}`),
    );
  }
  if (PRODUCT.has(before) && isBinary(tokens, opening - 1)) {
    const first = factorStart(tokens, opening - 1);
    const c = textBetween(parts, first, opening - 1);
    if (!PRODUCT.has(tokens[first - 1]!.text)) {
      moves.push(
        span(parts, first, closing, `(${c} ${before} ${a} ${sign} ${b})`, `first${before}${c}${sign}${b}`),
        span(parts, first, closing, `(${a} ${sign} ${c} ${before} ${b})`, `second${before}${c}${sign}${b}`),
      );
    }
  }
  return moves;
}

/** The `+` and `-` between products and other terms, outside of indices. */
function sumsIn({ tokens, functions }: ModuleParts): number[] {
  return functions.flatMap(({ body }) => {
    const found: number[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (SUM.has(tokens[at]!.text) && isBinary(tokens, at) && !isInIndex(tokens, at)) found.push(at);
    }
    return found;
  });
}

/** `c * a + b` as `c * (a + b)`, and `a + b / c` as `(a + b) / c`. */
function intoBrackets(parts: ModuleParts, operator: number): Move[] {
  const { tokens } = parts;
  const sign = tokens[operator]!.text;
  const a = factorStart(tokens, operator);
  const last = rightEnd(tokens, operator, true);
  const factorEnd = rightEnd(tokens, operator, false);
  const moves: Move[] = [];
  if (PRODUCT.has(tokens[a - 1]!.text) && isBinary(tokens, a - 1)) {
    const text = `(${textBetween(parts, a, last + 1)})`;
    moves.push(span(parts, a, last, text, `in${tokens[a - 1]!.text}${sign}`));
  }
  if (PRODUCT.has(tokens[factorEnd + 1]!.text) && factorEnd < last && !PRODUCT.has(tokens[a - 1]!.text)) {
    const text = `(${textBetween(parts, a, factorEnd + 1)})`;
    moves.push(span(parts, a, factorEnd, text, `in${sign}${tokens[factorEnd + 1]!.text}`));
  }
  return moves;
}
