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
