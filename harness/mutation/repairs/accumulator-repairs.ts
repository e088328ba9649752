import { wholeNumber } from "../../wgsl/lexer.ts";
import { replace } from "../edit.ts";
import { insertion, type ModuleParts, textBetween } from "../module-parts.ts";
import type { FindRepairs, Repair } from "./repair.ts";

/** A variable of a function set back to its first value at the start of a later loop's rounds, or only once before. */
export const resetRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (tokens[at]!.text !== "var" || tokens[at + 1]!.isTemplate || inHeader(tokens, at)) continue;
      const end = tokens.findIndex(({ text }, index) => index > at && text === ";");
      repairs.push(...resetIn(parts, at, end, blockEnd(tokens, at)), ...keptOver(parts, at, end));
    }
    return repairs;
  });
};

function inHeader(tokens: ModuleParts["tokens"], at: number): boolean {
  return tokens[at - 1]!.text === "(";
}

/** The `}` of the innermost block around a token. */
function blockEnd(tokens: ModuleParts["tokens"], from: number): number {
  for (let at = from; at < tokens.length; at++) {
    const { partner, text } = tokens[at]!;
    if (partner !== undefined && partner < at) return at;
    if (partner !== undefined && text !== "}") at = partner;
  }
  return tokens.length;
}

const LOOPS = new Set(["for", "while", "loop"]);
const MOST_RESETS = 4;

/** `v = <first value>;` at the start of the loops behind its declaration. */
function resetIn(parts: ModuleParts, at: number, end: number, blockTo: number): Repair[] {
  const { tokens } = parts;
  const name = tokens[at + 1]!.text;
  const first = firstValue(parts, at, end);
  if (first === undefined) return [];
  const repairs: Repair[] = [];
  for (let loop = end; loop < blockTo && repairs.length < MOST_RESETS; loop++) {
    if (!LOOPS.has(tokens[loop]!.text)) continue;
    const opening = tokens.findIndex(
      ({ text, partner }, index) => index > loop && text === "{" && partner !== undefined,
    );
    const isUsed = tokens.slice(opening, tokens[opening]!.partner!).some(({ text }) => text === name);
    if (!isUsed) continue;
    repairs.push({
      kind: "reset",
      edits: [insertion(tokens[opening]!.end, ` ${name} = ${first};`)],
      at: tokens[loop]!.start,
      cause: `\`${name}\` keeps its value from the previous round of this loop: \`${name} = ${first};\` is missing at the start of each`,
    });
  }
  return repairs;
}

function firstValue(parts: ModuleParts, at: number, end: number): string | undefined {
  const { tokens } = parts;
  const equals = tokens.findIndex(({ text }, index) => index > at && index < end && text === "=");
  if (equals >= 0) return textBetween(parts, equals + 1, end);
  if (tokens[at + 2]?.text !== ":") return undefined;
  return `${textBetween(parts, at + 3, end)}()`;
}

/** A declaration in a loop, in front of it instead. */
function keptOver(parts: ModuleParts, at: number, end: number): Repair[] {
  const { tokens } = parts;
  const name = tokens[at + 1]!.text;
  let opening = at;
  while (opening >= 0 && !(tokens[opening]!.text === "{" && tokens[opening]!.partner! > at)) opening--;
  const loop = loopOf(tokens, opening);
  if (loop === undefined) return [];
  const declaration = textBetween(parts, at, end + 1);
  return [
    {
      kind: "kept",
      edits: [
        insertion(tokens[loop]!.start, `${declaration} `),
        replace({ start: tokens[at]!.start, end: tokens[end]!.end }, "", ""),
      ],
      at: tokens[at]!.start,
      cause: `\`${name}\` begins anew in each round of the loop around it: declare it before the loop`,
    },
  ];
}

/** The loop whose body a `{` opens. */
function loopOf(tokens: ModuleParts["tokens"], opening: number): number | undefined {
  const before = tokens[opening - 1];
  if (before?.text === "loop") return opening - 1;
  if (before?.text !== ")") return undefined;
  const keyword = before.partner! - 1;
  return LOOPS.has(tokens[keyword]?.text ?? "") ? keyword : undefined;
}

/** A running maximum or minimum that begins at a number, at the lowest or highest instead, and from the first element on. */
export const startRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      const isFloat =
        tokens[at + 2]?.text === "=" && tokens[at + 3]?.kind === "number" && /[.f]/.test(tokens[at + 3]!.text);
      if (tokens[at]!.text !== "var" || !isFloat || tokens[at + 4]?.text !== ";") continue;
      const name = tokens[at + 1]!.text;
      const value = tokens[at + 3]!;
      const combined = ["max", "min"].find((combine) => isCombined(tokens, body.to, at, name, combine));
      if (combined === undefined) continue;
      const limit = combined === "max" ? "-3.4028e38" : "3.4028e38";
      const skipped = skippedFirst(tokens, at, body.to);
      const begun = replace(value, limit, "");
      const cause = `\`${name}\` begins at ${value.text}, which no element may ${combined === "max" ? "exceed" : "be below"}: begin with the first element, or with ${limit}`;
      repairs.push({ kind: "start", edits: [begun], at: value.start, cause });
      if (skipped !== undefined)
        repairs.push({ kind: "start", edits: [begun, replace(skipped, "0u", "")], at: value.start, cause });
    }
    return repairs;
  });
};

function isCombined(tokens: ModuleParts["tokens"], to: number, from: number, name: string, combine: string): boolean {
  for (let at = from; at < to; at++) {
    if (tokens[at]!.text !== combine || tokens[at + 1]?.text !== "(") continue;
    if (tokens.slice(at + 2, tokens[at + 1]!.partner!).some(({ text }) => text === name)) return true;
  }
  return false;
}

/** The `1u` at which the next loop begins. */
function skippedFirst(tokens: ModuleParts["tokens"], from: number, to: number) {
  const loop = tokens.findIndex(({ text }, index) => index > from && index < to && text === "for");
  const start = loop < 0 ? undefined : tokens.slice(loop, loop + 8).find(({ kind }) => kind === "number");
  return start !== undefined && wholeNumber(start.text) === 1 ? start : undefined;
}
