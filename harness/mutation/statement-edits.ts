import { type Edit, type FindEdits, find, replace } from "./edit.ts";
import type { Token } from "./wgsl-tokens.ts";

/** Later code needs declarations, and removing a block would be more than one change. */
const KEPT = new Set(["let", "var", "const", "if", "else", "for", "while", "loop", "switch", "case", "default"]);

/** Changes of statements: one is removed, or a condition becomes constant. */
export const statementEdits: FindEdits = (_, tokens, ranges) => {
  const edits: Edit[] = [];
  for (const { from, to, kind } of ranges) {
    if (kind !== "function") continue;
    for (let at = from; at < to; at++) {
      if (tokens[at]!.text === "if") edits.push(...fixedCondition(tokens, at));
      if (!beginsStatement(tokens, at)) continue;
      const end = endOfStatement(tokens, at, to);
      if (end === undefined) continue;
      const change = /^\w+Barrier$/.test(tokens[at]!.text) ? "a barrier was removed" : "a statement was removed";
      edits.push(replace({ start: tokens[at]!.start, end: tokens[end]!.end }, "", change));
    }
  }
  return edits;
};

function beginsStatement(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]!.text;
  return [";", "{", "}"].includes(before) && !isInHeader(tokens, at);
}

/** Whether a token is in the brackets of `for (…; …; …)`: its innermost bracket is round. */
function isInHeader(tokens: readonly Token[], from: number): boolean {
  for (let at = from - 1; at >= 0; at--) {
    const { text, partner } = tokens[at]!;
    if (partner === undefined) continue;
    if (partner > at) return text === "(";
    at = partner;
  }
  return false;
}

/** The `;` of a statement that can be removed; `undefined` for the others. */
function endOfStatement(tokens: readonly Token[], at: number, to: number): number | undefined {
  const { kind, text } = tokens[at]!;
  if (KEPT.has(text) || text === "continuing" || (kind === "symbol" && !["*", "(", "++", "--"].includes(text))) {
    return undefined;
  }
  // A function must return its value.
  if (text === "return" && tokens[at + 1]!.text !== ";") return undefined;
  const end = find(tokens, at, ";");
  return end < to ? end : undefined;
}

function fixedCondition(tokens: readonly Token[], at: number): Edit[] {
  const place = { start: tokens[at]!.end, end: tokens[find(tokens, at, "{")]!.start };
  return ["true", "false"].map((value) => replace(place, ` (${value}) `, `the condition became ${value}`));
}
