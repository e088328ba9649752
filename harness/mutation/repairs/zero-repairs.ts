import { isBinary } from "../edit.ts";
import { rightEnd } from "../expression-edits.ts";
import { insertion, textBetween } from "../module-parts.ts";
import { callsIn, isInIndex } from "./expressions.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

const TINY = "1e-30";

/** Divisors and arguments of logarithms and roots kept above zero: of an empty set, or of zeros only. */
export const zeroRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  const quotients = functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (!/^\/=?$/.test(tokens[at]!.text) || isInIndex(tokens, at)) continue;
      const isAssigned = tokens[at]!.text === "/=";
      if (!isAssigned && !isBinary(tokens, at)) continue;
      const last = isAssigned ? endOfStatement(tokens, at) - 1 : rightEnd(tokens, at, false);
      const divisor = textBetween(parts, at + 1, last + 1);
      if (/^[\d.]+[a-z]?$/.test(divisor)) continue;
      repairs.push({
        kind: "zero",
        edits: above(tokens[at + 1]!.start, tokens[last]!.end, divisor),
        at: tokens[at]!.start,
        cause: `the divisor ${quoted(divisor)} can be 0, and 0/0 is NaN: guard the division against it`,
      });
    }
    return repairs;
  });
  const calls = callsIn(parts)
    .filter(({ name, args }) => /^(log2?|sqrt|inverseSqrt)$/.test(name) && args.length === 1)
    .map(({ name, opening, closing, at }): Repair => {
      const argument = textBetween(parts, opening + 1, closing);
      return {
        kind: "zero",
        edits: above(tokens[opening]!.end, tokens[closing]!.start, argument),
        at: tokens[at]!.start,
        cause: `${quoted(argument)} can be 0 or below, where \`${name}\` has no finite value: guard it`,
      };
    });
  return [...quotients, ...calls];
};

/** `max(value, 1e-30)`, also of vectors. */
function above(start: number, end: number, value: string) {
  return [insertion(start, "max("), insertion(end, `, (${value}) * 0.0 + ${TINY})`)];
}

function endOfStatement(tokens: Parameters<typeof isInIndex>[0], from: number): number {
  let at = from;
  while (tokens[at]!.text !== ";") at++;
  return at;
}
