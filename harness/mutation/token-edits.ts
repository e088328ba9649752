import { type Edit, type FindEdits, isBinary, replace } from "./edit.ts";
import type { Token } from "./wgsl-tokens.ts";

/** Replacements of a binary or assignment operator: a similar one, its opposite, or both. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  "+": ["-", "*"],
  "-": ["+"],
  "*": ["/", "+"],
  "/": ["*"],
  "%": ["/"],
  "<<": [">>"],
  ">>": ["<<"],
  "&": ["|"],
  "|": ["&", "^"],
  "^": ["|"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!=", "<=", ">="],
  "!=": ["==", "<", ">"],
  "&&": ["||"],
  "||": ["&&"],
  "+=": ["=", "-="],
  "-=": ["=", "+="],
  "*=": ["=", "/="],
  "/=": ["=", "*="],
  "%=": ["="],
  "|=": ["=", "&="],
  "&=": ["=", "|="],
  "^=": ["="],
  "<<=": [">>="],
  ">>=": ["<<="],
  "++": [" += 2", "--"],
  "--": [" -= 2", "++"],
};

const UNARY = ["-", "!", "~"];

/** Replacements of a built-in function in a call; the empty text leaves only its argument. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  min: ["max"],
  max: ["min"],
  exp: ["exp2"],
  exp2: ["exp"],
  log: ["log2"],
  log2: ["log"],
  sqrt: ["inverseSqrt", ""],
  inverseSqrt: ["sqrt"],
  abs: [""],
  floor: ["ceil", ""],
  ceil: ["floor"],
  round: ["floor", ""],
  unpack4xI8: ["unpack4xU8"],
  unpack4xU8: ["unpack4xI8"],
  dot4I8Packed: ["dot4U8Packed"],
  dot4U8Packed: ["dot4I8Packed"],
  subgroupAdd: ["subgroupMax", "subgroupInclusiveAdd"],
  subgroupMax: ["subgroupAdd", "subgroupMin"],
  subgroupMin: ["subgroupMax"],
};

const COMPONENTS: Readonly<Record<string, string>> = { x: "y", y: "x", z: "y", w: "z" };

/** Changes of single tokens: operators, constants, components, names of built-in functions. */
export const tokenEdits: FindEdits = (_, tokens, ranges) => {
  const edits: Edit[] = [];
  for (const { from, to } of ranges) {
    for (let at = from; at < to; at++) {
      const token = tokens[at]!;
      if (token.isTemplate) continue;
      for (const text of replacements(tokens, at)) {
        const change = text.trim() === "" ? `"${token.text}" was removed` : `"${token.text}" became "${text.trim()}"`;
        edits.push(replace(token, text, change));
      }
    }
  }
  return edits;
};

function replacements(tokens: readonly Token[], at: number): readonly string[] {
  const { kind, text } = tokens[at]!;
  switch (kind) {
    case "number":
      return constants(text);
    case "name":
      if (tokens[at - 1]?.text === ".") return text in COMPONENTS ? [COMPONENTS[text]!] : [];
      return tokens[at + 1]?.text === "(" ? (FUNCTIONS[text] ?? []) : [];
    case "symbol":
      if (text.endsWith("=") || text === "++" || text === "--" || isBinary(tokens, at)) return OPERATORS[text] ?? [];
      return UNARY.includes(text) ? [" "] : [];
  }
}

/** Integers become their neighbours and 0; others 0, one more, and wrong in the third digit. */
function constants(text: string): string[] {
  const [, digits = "", suffix = ""] = /^(0[xX][0-9a-fA-F]+|.*?)([iufh]?)$/.exec(text) ?? [];
  const value = Number(digits);
  const isWhole = /^(0[xX][0-9a-fA-F]+|\d+)$/.test(digits) && suffix !== "f" && suffix !== "h";
  if (isWhole) {
    const values = value === 0 ? [1] : [value + 1, value - 1, 0];
    return values.map((other) => `${other}${suffix}`);
  }
  const decimal = (other: number) => (/[.e]/.test(String(other)) || suffix !== "" ? `${other}` : `${other}.0`) + suffix;
  if (value === 0) return [decimal(1)];
  return [decimal(0), decimal(value + Math.max(1, value)), decimal(Number((value * 1.004).toPrecision(9)))];
}
