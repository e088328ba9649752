import { KEYWORDS } from "./edit.ts";
import { type Token, tokenize } from "./wgsl-tokens.ts";

/**
 * Code whose `&&` and `||` are `&` and `|`, which evaluate both sides: reading past an end is safe in WGSL, and drivers
 * compile such conditions far faster.
 *
 * @param acts whether a function of this name may do more than compute a value: conditions with it stay as they are
 */
export function eagerLogic(code: string, acts: (name: string) => boolean): string {
  if (!/&&|\|\|/.test(code)) return code;
  const tokens = tokenize(code);
  return eager(0, tokens.length);

  function eager(from: number, to: number): string {
    const pieces: string[] = [];
    let start = from;
    for (let at = from; at <= to; at++) {
      const token = tokens[at];
      if (at < to && !isBetween(token!)) {
        if (isOpening(token!, at)) at = token!.partner!;
        continue;
      }
      pieces.push(operandsOf(start, at));
      if (at < to) pieces.push(token!.text);
      start = at + 1;
    }
    return pieces.filter((piece) => piece !== "").join(" ");
  }

  /** An expression without `,`, `;` and `=` outside brackets. */
  function operandsOf(from: number, to: number): string {
    const operators = outside(from, to).filter((at) => tokens[at]!.text === "&&" || tokens[at]!.text === "||");
    if (operators.length === 0 || tokens.slice(from, to).some(({ text }) => acts(text))) return textOf(from, to);
    const ends = [...operators, to];
    const operands = ends.map((end, index) => textOf(index === 0 ? from : ends[index - 1]! + 1, end));
    const operator = tokens[operators[0]!]!.text[0];
    return operands.map((operand) => `(${operand})`).join(` ${operator} `);
  }

  /** The code as it is, but for what is in brackets. */
  function textOf(from: number, to: number): string {
    const pieces: string[] = [];
    let start = from;
    for (const at of outside(from, to)) {
      if (!isOpening(tokens[at]!, at)) continue;
      const closing = tokens[at]!.partner!;
      pieces.push(code.slice(tokens[start]!.start, tokens[at]!.end), eager(at + 1, closing));
      start = closing;
    }
    return start < to ? pieces.join("") + code.slice(tokens[start]!.start, tokens[to - 1]!.end) : "";
  }

  function outside(from: number, to: number): number[] {
    const found: number[] = [];
    for (let at = from; at < to; at++) {
      found.push(at);
      if (isOpening(tokens[at]!, at)) at = tokens[at]!.partner!;
    }
    return found;
  }

  function isOpening({ partner }: Token, at: number): boolean {
    return partner !== undefined && partner > at;
  }
}

function isBetween({ text, kind }: Token): boolean {
  if (kind === "name") return KEYWORDS.has(text);
  return text === "," || text === ";" || /^([-+*/%&|^]|<<|>>)?=$/.test(text);
}
