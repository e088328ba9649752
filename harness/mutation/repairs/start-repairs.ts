import { wholeNumber } from "../../wgsl/lexer.ts";
import { type Edit, find, replace } from "../edit.ts";
import { type ModuleParts, textBetween } from "../module-parts.ts";
import type { FindRepairs, Repair } from "./repair.ts";

type Tokens = ModuleParts["tokens"];

/** The least and the greatest number that running values begin at. */
const LIMITS = { max: "-3.4028e38", min: "3.4028e38" } as const;

/** A running maximum or minimum that begins at a number, at the lowest or highest instead, and from the first element on. */
export const startRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (tokens[at]!.text !== "var" || tokens[at + 2]?.text !== "=") continue;
      const end = find(tokens, at, ";");
      const value = textBetween(parts, at + 3, end);
      const vector = /^(vec[234](?:f|<f32>))\((?:-?[\d.e]+f?)?\)$/.exec(value)?.[1];
      if (vector === undefined && !/^-?[\d.]+(e[-+]?\d+)?f?$/.test(value)) continue;
      const isWhole = vector === undefined && !/[.ef]/.test(value);
      const name = tokens[at + 1]!.text;
      const combined = (["max", "min"] as const).find((combine) => isCombined(tokens, body.to, at, name, combine));
      if (combined === undefined || isWhole) continue;
      const limit = vector === undefined ? LIMITS[combined] : `${vector}(${LIMITS[combined]})`;
      const skipped = skippedFirst(tokens, at, body.to);
      const place = { start: tokens[at + 3]!.start, end: tokens[end - 1]!.end };
      const begun = replace(place, limit, "");
      const cause = `\`${name}\` begins at ${value}, which no element may ${combined === "max" ? "exceed" : "be below"}: begin with the first element, or with ${limit}`;
      repairs.push({ kind: "start", edits: [begun], at: place.start, cause });
      if (skipped !== undefined)
        repairs.push({ kind: "start", edits: [begun, replace(skipped, "0u", "")], at: place.start, cause });
    }
    return repairs;
  });
};

/** Whether a variable is the running maximum or minimum of `v = max(v, …)` or `if (x > v) { v = x; }`. */
function isCombined(tokens: Tokens, to: number, from: number, name: string, combine: "max" | "min"): boolean {
  const [larger, smaller] = combine === "max" ? [">", "<"] : ["<", ">"];
  for (let at = from; at < to; at++) {
    const { text } = tokens[at]!;
    if (text === combine && tokens[at + 1]?.text === "(") {
      if (tokens.slice(at + 2, tokens[at + 1]!.partner!).some((token) => token.text === name)) return true;
    }
    if (text.replace("=", "") === larger && tokens[at + 1]?.text === name) return true;
    if (text.replace("=", "") === smaller && tokens[at - 1]?.text === name && tokens[at - 2]?.text === "(") return true;
  }
  return false;
}

/** The `1u` at which the next loop begins. */
function skippedFirst(tokens: Tokens, from: number, to: number) {
  const loop = tokens.findIndex(({ text }, index) => index > from && index < to && text === "for");
  const start = loop < 0 ? undefined : tokens.slice(loop, loop + 8).find(({ kind }) => kind === "number");
  return start !== undefined && wholeNumber(start.text) === 1 ? start : undefined;
}

/** A `const` that marks what is below or above all values, but that a value can reach. */
export const markRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  return tokens.flatMap(({ text }, at): Repair[] => {
    if (text !== "const") return [];
    const value = tokens.findIndex((token, index) => index > at && token.text === "=") + 1;
    const end = find(tokens, at, ";");
    const own = textBetween(parts, value, end);
    if (!/^-?\d+\.\d*(e[-+]?\d+)?f?$/.test(own)) return [];
    const name = tokens[at + 1]!.text;
    const place = { start: tokens[value]!.start, end: tokens[end - 1]!.end };
    return Object.values(LIMITS).map((limit) => {
      const edit: Edit = replace(place, limit, "");
      const cause = `\`${name}\` is ${own}, which values reach too: take a number beyond all of them, such as ${limit}`;
      return { kind: "start", edits: [edit], at: place.start, cause };
    });
  });
};
