import { isBinary, replace } from "../edit.ts";
import { leftEnd, rightEnd } from "../expression-edits.ts";
import {
  allStatements,
  insertion,
  type ModuleParts,
  type StatementRange,
  statementsIn,
  textBetween,
} from "../module-parts.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

const LOOPS = new Set(["for", "while", "loop"]);

/** Variables of a function body that statements add to: `v += …`, `v[i] += …`. */
function accumulatorsIn({ tokens }: ModuleParts, { from, to }: { from: number; to: number }): string[] {
  const names = allStatements(tokens, { from, to, kind: "function" }).flatMap(({ from: at, blocks }) => {
    const operator = tokens[at + 1]?.text === "[" ? tokens[at + 1]!.partner! + 1 : at + 1;
    return blocks.length === 0 && tokens[operator]?.text === "+=" ? [tokens[at]!.text] : [];
  });
  return [...new Set(names)];
}

/** `b *= factor;` beside `a *= factor;`, for another sum that grows in the same loop. */
export const rescaleRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) =>
    allStatements(tokens, body).flatMap((statement): Repair[] => {
      if (statement.blocks.length > 0) return [];
      const factor = rescaleFactor(parts, statement);
      if (factor === undefined) return [];
      const scaled = scaledBy(parts, body, factor);
      return accumulatorsIn(parts, body)
        .filter((name) => !scaled.has(name))
        .map((name): Repair => {
          const own = tokens[statement.from]!.text;
          return {
            kind: "rescaled",
            edits: [insertion(outerEnd(parts, body, statement), ` ${name} *= ${factor};`)],
            at: tokens[statement.from]!.start,
            cause: `\`${own}\` is rescaled, but \`${name}\` is not: \`${name} *= ${factor};\` is missing`,
          };
        });
    }),
  );
};

/** The name in `a *= name;`. */
function rescaleFactor({ tokens }: ModuleParts, { from, to }: StatementRange): string | undefined {
  const operator = tokens[from + 1]?.text === "[" ? tokens[from + 1]!.partner! + 1 : from + 1;
  return tokens[operator]?.text === "*=" && operator + 2 === to - 1 && tokens[operator + 1]!.kind === "name"
    ? tokens[operator + 1]!.text
    : undefined;
}

function scaledBy(parts: ModuleParts, body: ModuleParts["functions"][number]["body"], factor: string): Set<string> {
  const statements = allStatements(parts.tokens, body).filter((one) => rescaleFactor(parts, one) === factor);
  return new Set(statements.map(({ from }) => parts.tokens[from]!.text));
}

/** Behind a statement, or behind the loop over an array's elements that consists of it alone. */
function outerEnd({ tokens }: ModuleParts, body: { from: number; to: number }, statement: StatementRange): number {
  const around = allStatements(tokens, { ...body, kind: "function" }).find(({ blocks }) =>
    blocks.some((block) => block === statement.from - 1 && tokens[block]!.partner === statement.to),
  );
  return tokens[(around ?? statement).to - 1]!.end;
}

/** A sum that one variable keeps from an earlier loop: `v = 0;` in front of the next. */
export const resetBeforeRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) =>
    blocksIn(parts, body).flatMap(([from, to]) => {
      const statements = statementsIn(tokens, from, to);
      return statements.flatMap((loop, index): Repair[] => {
        if (!LOOPS.has(tokens[loop.from]!.text)) return [];
        return accumulatorsIn(parts, { from: loop.blocks[0]! + 1, to: loop.to - 1 })
          .filter((name) => statements.slice(0, index).some((one) => isChanged(parts, one, name)))
          .map(
            (name): Repair => ({
              kind: "reset",
              edits: [insertion(tokens[loop.from - 1]!.end, ` ${name} = 0;`)],
              at: tokens[loop.from]!.start,
              cause: `\`${name}\` keeps its value from before this loop: reset it, \`${name} = 0;\`, in front of the loop`,
            }),
          );
      });
    }),
  );
};

function isChanged({ tokens }: ModuleParts, { from, to }: StatementRange, name: string): boolean {
  if (tokens[from]!.text === "var") return false;
  return tokens.slice(from, to).some(({ text }, at) => text === name && /^[-+*/]?=$/.test(tokens[from + at + 1]!.text));
}

/** A function's body and the blocks in it, from behind the `{` to the `}`. */
function blocksIn({ tokens }: ModuleParts, body: { from: number; to: number }): [number, number][] {
  const inside = allStatements(tokens, { ...body, kind: "function" }).flatMap(({ blocks }) => blocks);
  return [[body.from, body.to], ...inside.map((block): [number, number] => [block + 1, tokens[block]!.partner!])];
}

/** The first statement of a loop's round as the last, the last as the first, and two neighbours exchanged. */
export const statementOrderRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) =>
    blocksIn(parts, body).flatMap(([from, to]) => {
      const statements = statementsIn(tokens, from, to);
      const isLoop = LOOPS.has(keywordBefore(parts, from - 1));
      const first = statements[0];
      const last = statements.at(-1);
      return [
        ...(isLoop && first !== last
          ? [moved(parts, first!, last!, "early"), moved(parts, last!, first!, "late")]
          : []),
        ...statements.slice(1).map((one, at) => moved(parts, statements[at]!, one, "early")),
      ].flatMap((repair) => repair ?? []);
    }),
  );
};

/** The keyword of the statement whose block a `{` opens. */
function keywordBefore({ tokens }: ModuleParts, opening: number): string {
  const before = tokens[opening - 1]!;
  return (before.text === ")" ? tokens[before.partner! - 1]! : before).text;
}

/** An assignment behind another statement, or in front of it. */
function moved(
  parts: ModuleParts,
  one: StatementRange,
  other: StatementRange,
  how: "early" | "late",
): Repair | undefined {
  const { tokens } = parts;
  const text = textBetween(parts, one.from, one.to);
  const isAssignment =
    one.blocks.length === 0 && /^[\w.]+(\[[^\]]*\])?(\.\w+)? *([-+*/%&|^]|<<|>>)?=|^\w+(\+\+|--)/.test(text);
  const name = tokens[one.from]!.text;
  const isUsed = tokens.slice(other.from, other.to).some((token) => token.text === name);
  if (!isAssignment || /^(let|var|const)\b/.test(text) || (!isUsed && how === "early" && one.to === other.from))
    return undefined;
  const offset = how === "early" ? tokens[other.to - 1]!.end : tokens[other.from - 1]!.end;
  return {
    kind: "order",
    edits: [
      replace({ start: tokens[one.from]!.start, end: tokens[one.to - 1]!.end }, "", ""),
      insertion(offset, ` ${text}`),
    ],
    at: tokens[one.from]!.start,
    cause: `${quoted(text)} comes too ${how}: put it ${how === "early" ? "after" : "before"} ${quoted(textBetween(parts, other.from, other.to))}`,
  };
}

/** An invocation's own part where the workgroup's sum belongs: `v` after `shared[lane] = v`. */
export const ownPartRepairs: FindRepairs = (parts) => {
  const { tokens, functions, variables } = parts;
  const shared = new Set(variables.filter(({ space }) => space === "workgroup").map(({ name }) => name));
  return functions.flatMap(({ body }) =>
    allStatements(tokens, body).flatMap(({ from, to, blocks }): Repair[] => {
      const closing = tokens[from + 1]?.text === "[" ? tokens[from + 1]!.partner! : undefined;
      const isStore = closing !== undefined && tokens[closing + 1]?.text === "=" && closing + 4 === to;
      if (blocks.length > 0 || !shared.has(tokens[from]!.text) || !isStore) return [];
      const [name, all] = [tokens[closing + 2]!.text, `${tokens[from]!.text}[0]`];
      const uses = tokens.flatMap((token, at) =>
        at > to && at < body.to && token.text === name && token.kind === "name" && tokens[at - 1]!.text !== "."
          ? [at]
          : [],
      );
      return uses.map((at) => ({
        kind: "shared",
        edits: [replace(tokens[at]!, all, "")],
        at: tokens[at]!.start,
        cause: `\`${name}\` is this invocation's own part: use that of the whole workgroup, \`${all}\``,
      }));
    }),
  );
};

/** A term that lacks what the other term of a sum has: `p.y + q.y * exp(q.x)`. */
export const unlikeTermRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (!/^[-+]$/.test(tokens[at]!.text) || !isBinary(tokens, at)) continue;
      const left = { from: leftEnd(tokens, at, false), to: at };
      const right = { from: at + 1, to: rightEnd(tokens, at, true) + 1 };
      for (const [term, model] of [
        [left, right],
        [right, left],
      ] as const) {
        const [own, other] = [textBetween(parts, term.from, term.to), textBetween(parts, model.from, model.to)];
        const [mine, theirs] = [firstName(parts, term), firstName(parts, model)];
        if (mine === undefined || theirs === undefined || mine === theirs || own.includes("\n")) continue;
        const alike = other.replace(new RegExp(`\\b${theirs}\\b`, "g"), mine);
        if (alike === own || !alike.startsWith(`${own} `)) continue;
        repairs.push({
          kind: "missing",
          edits: [replace({ start: tokens[term.from]!.start, end: tokens[term.to - 1]!.end }, alike, "")],
          at: tokens[term.from]!.start,
          cause: `${quoted(own)} lacks the factor that the other term has: it should be ${quoted(alike)}`,
        });
      }
    }
    return repairs;
  });
};

function firstName({ tokens }: ModuleParts, { from, to }: { from: number; to: number }): string | undefined {
  return tokens.slice(from, to).find(({ kind }) => kind === "name")?.text;
}
