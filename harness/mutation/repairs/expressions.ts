import { isBinary } from "../edit.ts";
import type { ModuleParts } from "../module-parts.ts";

type Tokens = ModuleParts["tokens"];

/** A call; numbers are of tokens. */
export interface CallRange {
  readonly name: string;
  /** The name, the `(` and the `)`. */
  readonly at: number;
  readonly opening: number;
  readonly closing: number;
  /** The first and the last token of each argument. */
  readonly args: readonly (readonly [number, number])[];
}

/** The calls in functions, also of types: `vec2f(…)`, `array<f32, 4>(…)`. */
export function callsIn({ tokens, functions }: ModuleParts): CallRange[] {
  return functions.flatMap(({ body }) => {
    const found: CallRange[] = [];
    for (let opening = body.from; opening < body.to; opening++) {
      if (tokens[opening]!.text !== "(" || tokens[opening]!.partner === undefined) continue;
      const before = tokens[opening - 1]!;
      const at = before.isTemplate && before.text === ">" ? before.partner! - 1 : opening - 1;
      const name = tokens[at]!;
      if (name.kind !== "name" || NO_CALLS.has(name.text)) continue;
      const closing = tokens[opening]!.partner!;
      found.push({ name: name.text, at, opening, closing, args: argumentsIn(tokens, opening, closing) });
    }
    return found;
  });
}

const NO_CALLS = new Set(["if", "for", "while", "switch", "return", "else", "case"]);

function argumentsIn(tokens: Tokens, opening: number, closing: number): [number, number][] {
  const ends = [...outermost(tokens, opening + 1, closing).filter((at) => tokens[at]!.text === ","), closing];
  let from = opening + 1;
  return ends.flatMap((end): [number, number][] => {
    const own: [number, number][] = from < end ? [[from, end - 1]] : [];
    from = end + 1;
    return own;
  });
}

/** The tokens from one to before another that are in no further brackets. */
export function outermost(tokens: Tokens, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = from; at < to; at++) {
    found.push(at);
    const { partner } = tokens[at]!;
    if (partner !== undefined && partner > at) at = partner;
  }
  return found;
}

/** The first token of the factor that ends before an operator: `a.b`, `f(x)`, `a[i]`, `(x + y)`. */
export function factorStart(tokens: Tokens, operator: number): number {
  let at = operator - 1;
  for (;;) {
    const { partner, text } = tokens[at]!;
    if (partner !== undefined && partner < at) {
      at = partner;
      const before = tokens[at - 1];
      const isOperand = before?.kind === "name" || before?.text === "]" || (before?.isTemplate && before.text === ">");
      if (text === ">" || (isOperand && isBinary(tokens, at))) {
        at--;
        continue;
      }
      return at;
    }
    if (tokens[at - 1]?.text !== ".") return at;
    at -= 2;
  }
}

/** Whether a token is in the brackets of an index. */
export function isInIndex(tokens: Tokens, from: number): boolean {
  for (let at = from - 1; at >= 0; at--) {
    const { text, partner } = tokens[at]!;
    if (partner === undefined) continue;
    if (partner < at) at = partner;
    else if (text === "[") return true;
    else if (text === "{") return false;
  }
  return false;
}

/** Names of whole numbers that are the same for all invocations: `override`s and `const`s. */
export function sizesOf({ tokens, overrides }: ModuleParts): string[] {
  const constants = tokens.flatMap(({ text }, at) => {
    if (text !== "const") return [];
    const value = tokens.findIndex((token, index) => index > at && token.text === "=") + 1;
    return /^\d+u?$/.test(tokens[value]?.text ?? "") ? [tokens[at + 1]!.text] : [];
  });
  return [...[...overrides].filter(([, type]) => type === "u32").map(([name]) => name), ...new Set(constants)];
}

/** The line of an offset, without the blanks around it. */
export function lineAt(code: string, offset: number): string {
  const end = code.indexOf("\n", offset);
  return code.slice(code.lastIndexOf("\n", offset - 1) + 1, end < 0 ? code.length : end).trim();
}
