import { type Edit, type FindEdits, isBinary, replace } from "./edit.ts";
import type { Token } from "./wgsl-tokens.ts";

/** Changes of expressions: operands swapped, indices moved by one, the branches of `select` swapped. */
export const expressionEdits: FindEdits = (code, tokens, ranges) => {
  const edits: Edit[] = [];
  for (const { from, to, kind } of ranges) {
    if (kind === "attribute") continue;
    for (let at = from; at < to; at++) {
      const { text, isTemplate } = tokens[at]!;
      if (isTemplate) continue;
      if ((text === "-" || text === "/") && isBinary(tokens, at)) edits.push(exchangedOperands(code, tokens, at));
      if (text === "[" && isBinary(tokens, at)) edits.push(movedIndex(code, tokens, at));
      if (text === "select" && tokens[at + 1]?.text === "(") edits.push(exchangedBranches(code, tokens, at + 1));
    }
  }
  return edits;
};

const PRODUCT = new Set(["*", "/", "%"]);
const SUM = new Set(["+", "-"]);
/** Tokens that end an operand of `-` or `/`: those that bind less tightly, or do not belong to an expression. */
const LOOSER = new Set([
  ..."; , { } = < > <= >= == != && || & | ^ << >> : ? += -= *= /= %= &= |= ^= <<= >>=".split(" "),
  ...["return", "let", "var", "const", "if", "while", "switch", "case"],
]);

function exchangedOperands(code: string, tokens: readonly Token[], at: number): Edit {
  const isSum = SUM.has(tokens[at]!.text);
  const left = leftEnd(tokens, at, isSum);
  const right = rightEnd(tokens, at, isSum);
  const operand = (first: number, last: number) => {
    const text = code.slice(tokens[first]!.start, tokens[last]!.end);
    return first === last ? text : `(${text})`;
  };
  const text = `${operand(at + 1, right)} ${tokens[at]!.text} ${operand(left, at - 1)}`;
  const place = { start: tokens[left]!.start, end: tokens[right]!.end };
  return replace(place, text, `the operands of "${tokens[at]!.text}" were swapped`);
}

/** The first token of the left operand: `-` and `/` take everything before them in their sum or product. */
export function leftEnd(tokens: readonly Token[], operator: number, isSum: boolean): number {
  let first = operator;
  for (let at = operator - 1; at >= 0; at--) {
    const { text, partner, isTemplate } = tokens[at]!;
    if (partner !== undefined && partner < at) {
      at = partner;
    } else if (partner !== undefined || (LOOSER.has(text) && !isTemplate && isOperator(tokens, at))) {
      break;
    } else if (!isSum && SUM.has(text) && isBinary(tokens, at)) {
      break;
    }
    first = at;
  }
  return first;
}

/** The last token of the right operand: a product after `-`, a single factor after `/`. */
export function rightEnd(tokens: readonly Token[], operator: number, isSum: boolean): number {
  let last = operator;
  for (let at = operator + 1; at < tokens.length; at++) {
    const { text, partner } = tokens[at]!;
    if (partner !== undefined && partner > at && text !== "{") {
      at = partner;
    } else if (partner !== undefined || (LOOSER.has(text) && isOperator(tokens, at))) {
      break;
    } else if ((SUM.has(text) || (!isSum && PRODUCT.has(text))) && isBinary(tokens, at)) {
      break;
    }
    last = at;
  }
  return last;
}

/** `&` is also a unary operator; it then belongs to its operand. */
function isOperator(tokens: readonly Token[], at: number): boolean {
  return tokens[at]!.text !== "&" || isBinary(tokens, at);
}

function movedIndex(code: string, tokens: readonly Token[], opening: number): Edit {
  const closing = tokens[opening]!.partner!;
  const place = { start: tokens[opening]!.end, end: tokens[closing]!.start };
  const index = code.slice(place.start, place.end);
  const text = closing === opening + 2 ? `${index} + 1` : `(${index}) + 1`;
  return replace(place, text, "the index was moved by 1");
}

function exchangedBranches(code: string, tokens: readonly Token[], opening: number): Edit {
  const closing = tokens[opening]!.partner!;
  const commas: number[] = [];
  for (let at = opening + 1; at < closing; at++) {
    const { text, partner } = tokens[at]!;
    if (text === ",") commas.push(at);
    else if (partner !== undefined && partner > at) at = partner;
  }
  const [first, second] = commas as [number, number];
  const a = code.slice(tokens[opening + 1]!.start, tokens[first - 1]!.end);
  const b = code.slice(tokens[first + 1]!.start, tokens[second - 1]!.end);
  const place = { start: tokens[opening + 1]!.start, end: tokens[second - 1]!.end };
  return replace(place, `${b}, ${a}`, "the branches of select were swapped");
}
