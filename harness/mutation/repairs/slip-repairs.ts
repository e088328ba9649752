import { wholeNumber } from "../../wgsl/lexer.ts";
import { bodies, type Edit, type FindEdits, replace } from "../edit.ts";
import { expressionEdits } from "../expression-edits.ts";
import { allStatements, insertion, type ModuleParts, textBetween } from "../module-parts.ts";
import {
  confusedDeclarations,
  confusedIndices,
  confusedNumbers,
  confusedTokens,
  missingOperands,
  startsAtZero,
} from "../slips.ts";
import { statementEdits } from "../statement-edits.ts";
import { lineAt } from "./expressions.ts";
import { type FindRepairs, quoted, type Repair, type RepairKind } from "./repair.ts";

function repairsBy(
  kind: RepairKind,
  find: FindEdits,
  describe: (edit: Edit, parts: ModuleParts) => string,
): FindRepairs {
  return (parts) =>
    find(parts.code, parts.tokens, bodies(parts.tokens))
      .filter((edit) => !isEndless(edit, parts))
      .map((edit) => ({ kind, edits: [edit], at: edit.start, cause: describe(edit, parts) }));
}

/** `>= 0u`, `/= 1u`, `>>= 0u` and a step by `=` make a loop endless: trying them would take long. */
function isEndless({ start, end, text }: Edit, { code }: ModuleParts): boolean {
  if (text.trim() === "=" && lineAt(code, start).startsWith("for")) return true;
  const edited = code.slice(start - 5, start) + text + code.slice(end, end + 4);
  return />= ?0u\b|\/= ?1u\b|>>= ?0u\b|\/ ?1u\b|>> ?0u\b/.test(edited);
}

function exchanged({ start, end, text }: Edit, parts: ModuleParts): string {
  const { code } = parts;
  const line = lineAt(code, start);
  const own = code.slice(start, end);
  const index = /^\w+$/.test(own) ? indexAround(parts, start) : undefined;
  if (index !== undefined && line.match(new RegExp(`\\b${own}\\b`, "g"))?.length !== 1) {
    const [before, after] = [
      code.slice(index.start, index.end),
      code.slice(index.start, start) + text + code.slice(end, index.end),
    ];
    return `in ${quoted(line)}, ${quoted(before)} should be ${quoted(after)}`;
  }
  return `in ${quoted(lineAt(code, start))}, ${quoted(code.slice(start, end))} should be ${quoted(text)}`;
}

/** The element whose index is around an offset: `x[i + 1]`. */
function indexAround({ tokens }: ModuleParts, offset: number): { start: number; end: number } | undefined {
  const at = tokens.findLastIndex(
    ({ text, start, partner }) =>
      text === "[" && start < offset && partner !== undefined && tokens[partner]!.end > offset,
  );
  const name = tokens[at - 1];
  return name?.kind === "name" ? { start: name.start, end: tokens[tokens[at]!.partner!]!.end } : undefined;
}

export const operatorRepairs = repairsBy("operator", confusedTokens, (edit, parts) => {
  const { code } = parts;
  const before = code.slice(edit.start, edit.end);
  const line = lineAt(code, edit.start);
  const after = edit.text.trim();
  if (after === "") return `in ${quoted(line)}, \`${before}\` does not belong there`;
  if (/^(for|while)\b/.test(line) && before === `${after}=`) return `one iteration too many: ${exchanged(edit, parts)}`;
  if (/^(for|while)\b/.test(line) && after === `${before}=`) return `one iteration too few: ${exchanged(edit, parts)}`;
  return exchanged(edit, parts);
});

const likelyNumbers: FindEdits = (code, tokens, ranges) =>
  confusedNumbers(code, tokens, ranges).filter(({ start, end, text }) => {
    const [before, after] = [wholeNumber(code.slice(start, end))!, wholeNumber(text)!];
    return before <= MOST_COUNTED || Math.abs(after - before) > 1 || Number.isInteger(Math.log2(after));
  });

/** People are one off when they count a few, not at 64. */
const MOST_COUNTED = 8;

export const numberRepairs: FindRepairs = (parts) =>
  repairsBy(
    "number",
    likelyNumbers,
    exchanged,
  )(parts).map((repair) => {
    const [edit] = repair.edits;
    return isWiderTree(edit!, parts)
      ? { ...repair, kind: "tree", cause: `the tree combines only some of the lanes: ${repair.cause}` }
      : repair;
  });

/** A larger number at which a loop begins that halves its variable. */
function isWiderTree({ start, end, text }: Edit, { code }: ModuleParts): boolean {
  const header = /\bfor\s*\(([^;]*);[^;]*;[^;]*(?:\/=? ?2u?|>>=? ?1u?)\s*\)/y;
  header.lastIndex = code.lastIndexOf("for", start);
  const found = header.lastIndex < 0 ? null : header.exec(code);
  const isStart = found !== null && start < code.indexOf(";", found.index);
  return isStart && wholeNumber(text)! > wholeNumber(code.slice(start, end))!;
}

export const extraRepairs = repairsBy("extra", missingOperands, ({ start, end }, { code }) => {
  return `in ${quoted(lineAt(code, start))}, ${quoted(code.slice(start, end))} does not belong there`;
});

export const zeroStartRepairs = repairsBy("start", startsAtZero, ({ start, end, change }, { code }) => {
  const name = /^"(\w+)"/.exec(change)![1];
  return `\`${name}\` begins at ${quoted(code.slice(start, end))}, but should begin at 0`;
});

export const statementRepairs: FindRepairs = (parts) =>
  repairsBy(
    "statement",
    statementEdits,
    ({ start, end }, { code }) => `${quoted(code.slice(start, end))} does not belong here`,
  )(parts).filter(({ edits: [edit] }) => edit!.change === "a statement was removed");

export const nameRepairs = repairsBy("name", confusedDeclarations, exchanged);
export const indexRepairs = repairsBy("name", confusedIndices, exchanged);
export const orderRepairs = repairsBy("operator", expressionEdits, (edit, parts) => {
  if (edit.change.startsWith("the index"))
    return `the index in ${quoted(lineAt(parts.code, edit.start))} is one too low: it should be ${quoted(edit.text)}`;
  return exchanged(edit, parts);
});

/** Whole numbers that are one off, at their definition or as a loop's end. */
export const oneOffRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) =>
    allStatements(tokens, body).flatMap(({ from, to }): Repair[] => {
      const keyword = tokens[from]!.text;
      const end =
        (keyword === "let" || keyword === "var") && tokens[from + 2]?.text === "="
          ? { first: from + 3, last: to - 2 }
          : keyword === "for"
            ? loopEnd(tokens, from)
            : undefined;
      if (end === undefined || end.last < end.first) return [];
      const value = textBetween(parts, end.first, end.last + 1);
      const place = { start: tokens[end.first]!.start, end: tokens[end.last]!.end };
      const what = keyword !== "for" ? `\`${tokens[from + 1]!.text}\`` : "this loop's end";
      return [
        ["+", "low"],
        ["-", "high"],
      ].flatMap(([sign, words]): Repair[] => {
        // That is to leave out its own `+ 1u`, another repair.
        if (new RegExp(`${sign === "+" ? "-" : "\\+"} *1u?$`).test(value)) return [];
        const text = `${/[-+*/%&|^<>]/.test(value) ? `(${value})` : value} ${sign} 1u`;
        const cause = `${what} is one too ${words}: it should be ${quoted(`${value} ${sign} 1u`)}`;
        return [{ kind: "one-off", edits: [replace(place, text, "")], at: place.start, cause }];
      });
    }),
  );
};

/** The tokens of `END` in `for (…; i < END; …)`. */
function loopEnd(tokens: ModuleParts["tokens"], from: number): { first: number; last: number } | undefined {
  const header = tokens[from + 1]!.partner!;
  const at = tokens.findIndex(({ text }, index) => index > from && index < header && (text === "<" || text === "<="));
  const last = tokens.findIndex(({ text }, index) => index > at && index < header && text === ";");
  return at < 0 || last < 0 ? undefined : { first: at + 1, last: last - 1 };
}

const MOST_FACTORS = 10;

/** A factor or divisor missing where an output is written: one of the function's values. */
export const missingFactorRepairs: FindRepairs = (parts) => {
  const { tokens, functions, variables } = parts;
  const outputs = new Set(
    variables.filter(({ space, isWritable }) => space === "storage" && isWritable).map(({ name }) => name),
  );
  return functions.flatMap(({ body }) => {
    const statements = allStatements(tokens, body);
    return statements.flatMap(({ from, to, blocks }): Repair[] => {
      const closing = tokens[from + 1]?.text === "[" ? tokens[from + 1]!.partner! : undefined;
      if (!outputs.has(tokens[from]!.text) || closing === undefined || tokens[closing + 1]!.text !== "=") return [];
      if (blocks.length > 0) return [];
      const place = { start: tokens[closing + 2]!.start, end: tokens[to - 2]!.end };
      const declared = statements.filter((one) => one.from < from && ["let", "var"].includes(tokens[one.from]!.text));
      const names = declared.map((one) => tokens[one.from + 1]!.text).filter((name) => !/^\d/.test(name));
      const values = [...new Set(names.reverse())].slice(0, MOST_FACTORS);
      return values.flatMap((name) =>
        ["/", "*"].map(
          (operator): Repair => ({
            kind: "missing",
            edits: [insertion(place.start, "("), insertion(place.end, `) ${operator} ${name}`)],
            at: tokens[from]!.start,
            cause: `the result is not ${operator === "/" ? "divided" : "multiplied"} by \`${name}\` in ${quoted(textBetween(parts, from, to))}`,
          }),
        ),
      );
    });
  });
};
