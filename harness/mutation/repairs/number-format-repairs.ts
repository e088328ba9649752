import { wholeNumber } from "../../wgsl/lexer.ts";
import { type Edit, replace } from "../edit.ts";
import { allStatements, insertion, type ModuleParts, type StatementRange, textBetween } from "../module-parts.ts";
import type { FindRepairs, Repair } from "./repair.ts";

/** f32 in place of f16: for all of the module, and for values that are only rounded to it. */
export const halfRepairs: FindRepairs = (parts) => {
  const { tokens, code } = parts;
  const repairs: Repair[] = [];
  const rounded = tokens.flatMap(({ text }, at): Edit[] => (text === "quantizeToF16" ? [removedCall(tokens, at)] : []));
  const packed = tokens.flatMap(({ text, start }, at): Edit[] => {
    const isBoth = text === "unpack2x16float" && tokens[at + 2]?.text === "pack2x16float";
    return isBoth ? [replace({ start, end: tokens[at + 2]!.end }, "", "")] : [];
  });
  const [first] = [...rounded, ...packed];
  if (first !== undefined) {
    repairs.push({
      kind: "half",
      edits: [...rounded, ...packed],
      at: first.start,
      cause: "values are rounded to half precision (f16) here: keep them in f32",
    });
  }
  const ofHalf = tokens.flatMap((token): Edit[] => {
    const { text, kind } = token;
    if (text === "f16") return [replace(token, "f32", "")];
    if (/^(vec[234]|mat\dx\d)h$/.test(text)) return [replace(token, text.replace(/h$/, "f"), "")];
    if (kind === "number" && text.endsWith("h")) return [replace(token, text.replace(/h$/, "f"), "")];
    return [];
  });
  const used = ofHalf.filter(({ start }) => !/enable\s*$/.test(code.slice(0, start)));
  if (used.length > 0) {
    const enabled = /enable\s+f16\s*;/.exec(code);
    const enabling =
      enabled === null ? [] : [replace({ start: enabled.index, end: enabled.index + enabled[0].length }, "", "")];
    repairs.push({
      kind: "half",
      edits: [...used, ...enabling],
      at: used.find(({ start }) => !/^(fn|alias)/.test(code.slice(start)))!.start,
      cause: "values are computed in half precision (f16): its 11 bits do not suffice, so compute in f32",
    });
  }
  return repairs;
};

function removedCall(tokens: ModuleParts["tokens"], at: number): Edit {
  return replace(tokens[at]!, "", "");
}

/** Numbers that differ between words of eight nibbles and of four bytes. */
const OF_BYTES: Readonly<Record<number, number>> = { 4: 8, 8: 4, 255: 15, 15: 255, 3: 7, 7: 3, 2: 3, 24: 28, 28: 24 };

/** Statements that read packed values, with bytes for nibbles or nibbles for bytes. */
export const packedRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) =>
    allStatements(tokens, body)
      .filter((statement) => statement.blocks.length === 0 && isPacked(parts, statement))
      .flatMap((statement): Repair[] => {
        const text = textBetween(parts, statement.from, statement.to);
        const width = /\b8u?\s*\)|255|0xff/i.test(text) ? "bytes" : "nibbles";
        return [...exchanged(parts, statement)].map((edits) => ({
          kind: "packed",
          edits,
          at: tokens[statement.from]!.start,
          cause:
            width === "bytes"
              ? "this line reads bytes, four to a word, but the words hold nibbles of 4 bits, eight to a word"
              : "this line reads nibbles, eight to a word, but the words hold bytes, four to a word",
        }));
      }),
  );
};

function isPacked({ tokens }: ModuleParts, { from, to }: StatementRange): boolean {
  const own = tokens.slice(from, to);
  return own.some(({ text }) => text === "extractBits" || text === ">>" || text === "&");
}

/** All numbers exchanged, or those between which no others agree: only 4 and 8 with masks. */
function* exchanged({ tokens }: ModuleParts, { from, to }: StatementRange): Generator<Edit[]> {
  const numbers = tokens
    .slice(from, to)
    .filter(({ text, kind }) => kind === "number" && wholeNumber(text)! in OF_BYTES);
  const edit = (token: (typeof numbers)[number]) => {
    const suffix = /[iu]?$/.exec(token.text)![0];
    return replace(token, `${OF_BYTES[wholeNumber(token.text)!]}${suffix}`, "");
  };
  if (numbers.length >= 2) yield numbers.map(edit);
  const wide = numbers.filter(({ text }) => ![2, 3, 7].includes(wholeNumber(text)!));
  if (wide.length >= 2 && wide.length < numbers.length) yield wide.map(edit);
}

/** Packed values with a sign, or without one. */
export const signRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  const repairs: Repair[] = [];
  for (const [at, { text, start, end }] of tokens.entries()) {
    const opening = tokens[at + 1];
    if (text === "extractBits" && opening?.text === "(") {
      const comma = argumentEnd(tokens, at + 2);
      const value = { start: tokens[at + 2]!.start, end: tokens[comma - 1]!.end };
      const wrapped = (type: string) => [insertion(value.start, `bitcast<${type}>(`), insertion(value.end, ")")];
      const cause = (before: string, after: string) => `\`extractBits\` ${before} here: take the bits of ${after}`;
      repairs.push(
        {
          kind: "sign",
          edits: wrapped("u32"),
          at: start,
          cause: cause("extends the sign of an i32, but these values have none", "a u32"),
        },
        {
          kind: "sign",
          edits: wrapped("i32"),
          at: start,
          cause: cause(
            "gives values without a sign, but these have one",
            "an i32: `extractBits(bitcast<i32>(word), …)`",
          ),
        },
      );
    }
    const other = SIGNED[text];
    if (other !== undefined && opening?.text === "(") {
      const cause = `\`${text}\` reads values ${text.includes("U8") ? "without" : "with"} a sign, but they are ${text.includes("U8") ? "signed" : "unsigned"}: use \`${other}\``;
      repairs.push({ kind: "sign", edits: [replace({ start, end }, other, "")], at: start, cause });
    }
    const mask = text === "&" ? MASKS[tokens[at + 1]?.text.toLowerCase() ?? ""] : undefined;
    if (mask !== undefined) repairs.push(...maskRepairs(parts, at, mask));
  }
  return repairs;
};

const SIGNED: Readonly<Record<string, string>> = {
  unpack4xI8: "unpack4xU8",
  unpack4xU8: "unpack4xI8",
  dot4I8Packed: "dot4U8Packed",
  dot4U8Packed: "dot4I8Packed",
};

/** Bits of a mask. */
const MASKS: Readonly<Record<string, number>> = { "0xffu": 8, "255u": 8, "0xfu": 4, "15u": 4, "0xff": 8, "0xf": 4 };

/** `(word >> n) & 0xffu` with the sign of its highest bit: as i32, as f32 of that, or cast back to u32. */
function maskRepairs({ tokens }: ModuleParts, at: number, bits: number): Repair[] {
  let from = at - 1;
  if (tokens[from]!.text === ")" || tokens[from]!.text === "]") from = tokens[from]!.partner!;
  while (tokens[from - 1]?.kind === "name" && tokens[from]!.text !== ")" && /[[(]/.test(tokens[from]!.text)) from--;
  const place = { start: tokens[from]!.start, end: tokens[at + 1]!.end };
  const cause = `the values that this line takes from a word have a sign, which \`& ${tokens[at + 1]!.text}\` drops: use \`extractBits\` of an i32`;
  return [
    ["extractBits(bitcast<i32>(", `), 0u, ${bits}u)`],
    ["f32(extractBits(bitcast<i32>(", `), 0u, ${bits}u))`],
  ].map(([before, after]) => ({
    kind: "sign",
    edits: [insertion(place.start, before!), insertion(place.end, after!)],
    at: tokens[from]!.start,
    cause,
  }));
}

function argumentEnd(tokens: ModuleParts["tokens"], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const { text, partner } = tokens[at]!;
    if (text === "," || text === ")") return at;
    if (partner !== undefined && partner > at) at = partner;
  }
  return tokens.length;
}
