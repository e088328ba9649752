import { type Edit, isBinary, replace } from "../edit.ts";
import { allStatements, insertion, type ModuleParts, textBetween } from "../module-parts.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

/** An index in brackets; numbers are of tokens, `to` of the `]`. */
interface Index {
  readonly variable: string;
  readonly from: number;
  readonly to: number;
}

function indicesIn({ tokens, variables }: ModuleParts): Index[] {
  const names = new Set(variables.map(({ name }) => name));
  return tokens.flatMap(({ text, partner }, at) => {
    if (text !== "[" || !isBinary(tokens, at) || !names.has(tokens[at - 1]!.text)) return [];
    return [{ variable: tokens[at - 1]!.text, from: at + 1, to: partner! }];
  });
}

/** Two values of an index in each other's place, everywhere in its brackets: `a[i * SIZE + j]` and `a[j * SIZE + i]`. */
export const transposedIndexRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  return indicesIn(parts).flatMap((index) => {
    const values = valuesIn(parts, index);
    const names = [...new Set(values.map(({ text }) => text))].filter((text) => !isSize(parts, text));
    const pairs = names.flatMap((one, at) => names.slice(at + 1).map((other) => [one, other] as const));
    return pairs.slice(0, MOST_PAIRS).map(([one, other]): Repair => {
      const edits = values.flatMap(({ text, start, end }) =>
        text === one || text === other ? [replace({ start, end }, text === one ? other : one, "")] : [],
      );
      const { variable, from, to } = index;
      return {
        kind: "layout",
        edits,
        at: tokens[from]!.start,
        cause: `\`${variable}\` is read or written transposed: in ${quoted(`${variable}[${textBetween(parts, from, to)}]`)}, \`${one}\` and \`${other}\` are exchanged`,
      };
    });
  });
};

const MOST_PAIRS = 6;

/** The names in an index, with their members: `i`, `lid.x`. */
function valuesIn({ tokens }: ModuleParts, { from, to }: Index): { text: string; start: number; end: number }[] {
  const found: { text: string; start: number; end: number }[] = [];
  for (let at = from; at < to; at++) {
    if (tokens[at]!.kind !== "name") continue;
    const isMember = tokens[at + 1]!.text === ".";
    const last = tokens[isMember ? at + 2 : at]!;
    const next = tokens[isMember ? at + 3 : at + 1]!.text;
    if (!["(", "[", "<"].includes(next)) {
      const { start } = tokens[at]!;
      found.push({ text: isMember ? `${tokens[at]!.text}.${last.text}` : last.text, start, end: last.end });
    }
    if (isMember) at += 2;
  }
  return found;
}

function isSize({ overrides, code }: ModuleParts, name: string): boolean {
  return overrides.has(name) || new RegExp(`\\bconst\\s+${name}\\b`).test(code);
}

/**
 * Indices of a matrix, `a * SIZE + b`, with the other order of the axes: `b * OTHER + a`. All at once, as people take
 * one layout throughout, or those of one tensor. A lone `b` stands for `0 * SIZE + b`.
 */
export const transposedTensorRepairs: FindRepairs = (parts) => {
  const indices = indicesIn(parts);
  const sizes = [...parts.overrides].filter(([, type]) => type === "u32").map(([name]) => name);
  const variables = [...new Set(indices.map(({ variable }) => variable))];
  const groups = [variables, ...variables.map((name) => [name])].filter((_, at, all) => at === 0 || all.length > 2);
  return groups.flatMap((group) =>
    sizes.flatMap((size) =>
      sizes.flatMap((other): Repair[] => {
        if (other === size) return [];
        const own = indices.filter(({ variable }) => group.includes(variable));
        const found = own.flatMap((index) => inOtherOrder(parts, index, size, other) ?? []);
        const [first] = found;
        if (first === undefined) return [];
        const names = [...new Set(found.map(({ variable }) => `\`${variable}\``))].join(" and ");
        return [
          {
            kind: "layout",
            edits: found.map(({ edit }) => edit),
            at: first.edit.start,
            cause: `${names} ${group.length > 1 && names.includes(" and ") ? "are" : "is"} indexed transposed, as if columns came one after the other: element (i, j) is at \`i * ${other} + j\``,
          },
        ];
      }),
    ),
  );
};

function inOtherOrder(
  parts: ModuleParts,
  { variable, from, to }: Index,
  size: string,
  other: string,
): { readonly variable: string; readonly edit: Edit } | undefined {
  const { tokens } = parts;
  const product = tokens.findIndex(({ text }, at) => at >= from && at < to && text === "*" && isBinary(tokens, at));
  const place = { start: tokens[from]!.start, end: tokens[to - 1]!.end };
  if (to === from + 1 && tokens[from]!.kind === "name") {
    return { variable, edit: replace(place, `${tokens[from]!.text} * ${other}`, "") };
  }
  const plus = tokens.findIndex(({ text }, at) => at >= from && at < to && text === "+" && isBinary(tokens, at));
  if (product < 0 || plus < 0) return undefined;
  const [term, rest] =
    product < plus
      ? [textBetween(parts, from, plus), textBetween(parts, plus + 1, to)]
      : [textBetween(parts, plus + 1, to), textBetween(parts, from, plus)];
  const slow = factorBeside(term, size);
  if (slow === undefined) return undefined;
  return { variable, edit: replace(place, `(${rest}) * ${other} + ${slow}`, "") };
}

/** The `a` of `a * SIZE` or `SIZE * a`. */
function factorBeside(term: string, size: string): string | undefined {
  const found = new RegExp(`^(?:(.+?) ?\\* ?${size}|${size} ?\\* ?(.+))$`).exec(term.trim());
  return found?.[1] ?? found?.[2];
}

const MOST_OFFSETS = 5;

/** The offset of a row or a block, missing from an index. */
export const missingOffsetRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) => {
    const declared = allStatements(tokens, body).filter(({ from }) => tokens[from]!.text === "let");
    return indicesIn(parts)
      .filter(({ from }) => from >= body.from && from < body.to)
      .flatMap(({ variable, from, to }) => {
        const used = new Set(tokens.slice(from, to).map(({ text }) => text));
        const names = declared.filter((one) => one.to <= from).map((one) => tokens[one.from + 1]!.text);
        return names
          .filter((name) => !used.has(name))
          .slice(0, MOST_OFFSETS)
          .map(
            (name): Repair => ({
              kind: "offset",
              edits: [insertion(tokens[from]!.start, `${name} + `)],
              at: tokens[from]!.start,
              cause: `${quoted(`${variable}[${textBetween(parts, from, to)}]`)} lacks the offset \`${name}\``,
            }),
          );
      });
  });
};

/** A quotient rounded up. */
export const roundUpRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  return tokens.flatMap(({ text }, at): Repair[] => {
    const divisor = tokens[at + 1];
    const dividend = tokens[at - 1];
    if (text !== "/" || divisor === undefined || dividend === undefined || !isBinary(tokens, at)) return [];
    const isWhole = /^\d+u$/.test(divisor.text) || /^[A-Z][A-Z0-9_]*$/.test(divisor.text);
    if (!isWhole) return [];
    const start = dividend.text === ")" ? tokens[dividend.partner!]!.start : dividend.start;
    const own = parts.code.slice(start, dividend.end);
    return [
      {
        kind: "round-up",
        edits: [insertion(start, "("), insertion(dividend.end, ` + ${divisor.text} - 1u)`)],
        at: start,
        cause: `\`${own} / ${divisor.text}\` rounds down and leaves out the rest: round up, \`(${own} + ${divisor.text} - 1u) / ${divisor.text}\``,
      },
    ];
  });
};
