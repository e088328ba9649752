import { isBinary, replace } from "../edit.ts";
import { rightEnd } from "../expression-edits.ts";
import { allStatements, insertion, type ModuleParts, type StatementRange, textBetween } from "../module-parts.ts";
import { factorStart, isInIndex, lineAt, sizesOf } from "./expressions.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

type Tokens = ModuleParts["tokens"];
type Body = ModuleParts["functions"][number]["body"];

/** Names of whole numbers in a function: those in indices, with their members. */
function indexValuesIn({ tokens }: ModuleParts, body: Body): { text: string; at: number; last: number }[] {
  const found: { text: string; at: number; last: number }[] = [];
  for (let at = body.from; at < body.to; at++) {
    if (tokens[at]!.kind !== "name" || tokens[at - 1]!.text === "." || !isInIndex(tokens, at)) continue;
    const last = tokens[at + 1]!.text === "." ? at + 2 : at;
    if (["(", "["].includes(tokens[last + 1]!.text)) continue;
    found.push({
      text: tokens
        .slice(at, last + 1)
        .map(({ text }) => text)
        .join(""),
      at,
      last,
    });
  }
  return found;
}

/** `local.x` for an index that is a name, and the other way round. */
export const memberIndexRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  return functions.flatMap(({ body }) => {
    const values = indexValuesIn(parts, body);
    const indices = new Set(values.map(({ text }) => text));
    const compared = comparedWith(parts, body, indices);
    return values.flatMap(({ text, at, last }) =>
      [...indices, ...compared]
        .filter((other) => other !== text && (other.includes(".") || text.includes(".") || compared.has(other)))
        .map((other): Repair => {
          const place = { start: tokens[at]!.start, end: tokens[last]!.end };
          return {
            kind: "name",
            edits: [replace(place, other, "")],
            at: place.start,
            cause: `in ${quoted(lineAt(code, place.start))}, \`${text}\` should be \`${other}\``,
          };
        }),
    );
  });
};

/** Names that are compared with indices, but are in none. */
function comparedWith({ tokens }: ModuleParts, body: Body, indices: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  for (let at = body.from + 1; at < body.to; at++) {
    if (!/^[=!]=$/.test(tokens[at]!.text)) continue;
    const [left, right] = [tokens[at - 1]!, tokens[at + 1]!];
    if (left.kind !== "name" || right.kind !== "name" || tokens[at - 2]!.text === ".") continue;
    if (indices.has(left.text) && !indices.has(right.text)) names.add(right.text);
    if (indices.has(right.text) && !indices.has(left.text)) names.add(left.text);
  }
  return names;
}

/** Indices, and the definitions of whole numbers: where products of sizes are. */
function wholeProductsIn({ tokens }: ModuleParts, body: Body): number[] {
  const lines = allStatements(tokens, body).filter(
    ({ from, blocks }) => ["let", "var"].includes(tokens[from]!.text) && blocks.length === 0,
  );
  const isInLine = (at: number) => lines.some(({ from, to }) => at > from && at < to);
  const found: number[] = [];
  for (let at = body.from; at < body.to; at++) {
    if (tokens[at]!.text === "*" && isBinary(tokens, at) && (isInIndex(tokens, at) || isInLine(at))) found.push(at);
  }
  return found;
}

/** Another factor of an index: a size for what is no size, and one size more. */
export const indexFactorRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  const sizes = sizesOf(parts);
  return functions.flatMap(({ body }) =>
    wholeProductsIn(parts, body).flatMap((operator): Repair[] => {
      const last = rightEnd(tokens, operator, false);
      const factor = textBetween(parts, operator + 1, last + 1);
      const place = { start: tokens[operator + 1]!.start, end: tokens[last]!.end };
      const own = quoted(lineAt(code, place.start));
      const exchanged = sizes.includes(factor)
        ? []
        : sizes.map(
            (size): Repair => ({
              kind: "name",
              edits: [replace(place, size, "")],
              at: place.start,
              cause: `in ${own}, \`${factor}\` should be \`${size}\``,
            }),
          );
      const more = sizes
        .filter((size) => size !== factor)
        .map(
          (size): Repair => ({
            kind: "missing",
            edits: [insertion(place.end, ` * ${size}`)],
            at: place.start,
            cause: `in ${own}, the factor \`${size}\` is missing after \`${factor}\``,
          }),
        );
      return [...exchanged, ...more];
    }),
  );
};

/** A factor that is missing where a workgroup begins, which overlaps the one before without it. */
export const workgroupFactorRepairs: FindRepairs = (parts) => {
  const { code } = parts;
  return indexFactorRepairs(parts).filter(({ kind, at }) => {
    const [, name] = /^let \w+ = \(*(\w+)\.[xyz] \* /.exec(lineAt(code, at)) ?? [];
    return kind === "missing" && name !== undefined && new RegExp(`builtin\\(workgroup_id\\) *${name}\\b`).test(code);
  });
};

/** A size as a factor of a lone term of an index, and as an offset. */
export const indexTermRepairs: FindRepairs = (parts) => {
  const { tokens, functions, variables } = parts;
  const sizes = sizesOf(parts);
  const names = new Set(variables.map(({ name }) => name));
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (tokens[at]!.text !== "[" || !names.has(tokens[at - 1]!.text)) continue;
      const closing = tokens[at]!.partner!;
      const own = quoted(textBetween(parts, at - 1, closing + 1));
      for (const size of sizes) {
        repairs.push({
          kind: "offset",
          edits: [insertion(tokens[at]!.end, `${size} + `)],
          at: tokens[at - 1]!.start,
          cause: `${own} lacks the offset \`${size}\``,
        });
      }
    }
    return repairs;
  });
};

/** The step of a loop times a size, or another size. */
export const stepRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  const sizes = sizesOf(parts);
  return functions.flatMap(({ body, parameters }) => {
    const groups = groupsName(parts, parameters);
    const factors = [...sizes, ...(groups === undefined ? [] : [`${groups}.x`])];
    return loopsIn(parts, body).flatMap(({ header }) => {
      const step = [...tokens.keys()].slice(header.from, header.to).find((at) => tokens[at]!.text === "+=");
      if (step === undefined) return [];
      const own = textBetween(parts, step + 1, header.to);
      const before = tokens[step - 1]!.text;
      // Not the loop's own end, past which such a stride leads.
      const whole = textBetween(parts, header.from, header.to);
      const longer = factors.filter((factor) => !new RegExp(`\\b${factor.replace(".", "\\.")}\\b`).test(whole));
      return longer.map(
        (factor): Repair => ({
          kind: "missing",
          edits: [insertion(tokens[header.to - 1]!.end, ` * ${factor}`)],
          at: tokens[step]!.start,
          cause: `the stride \`${before} += ${own}\` is too short: all invocations together take \`${own} * ${factor}\``,
        }),
      );
    });
  });
};

/** The parameter that has the number of workgroups. */
function groupsName({ tokens }: ModuleParts, { from, to }: { from: number; to: number }): string | undefined {
  for (let at = from; at < to; at++) {
    if (tokens[at]!.text === "num_workgroups") return tokens[at + 2]!.text;
  }
  return undefined;
}

interface Loop {
  readonly header: { readonly from: number; readonly to: number };
  readonly opening: number;
}

/** The `for` loops of a function. */
function loopsIn({ tokens }: ModuleParts, body: Body): Loop[] {
  return allStatements(tokens, body).flatMap(({ from, blocks }): Loop[] => {
    if (tokens[from]!.text !== "for") return [];
    return [{ header: { from: from + 2, to: tokens[from + 1]!.partner! }, opening: blocks[0]! }];
  });
}

/** `min(TILE, SIZE - first)` for `TILE`, in a loop over tiles: the last one may have fewer elements. */
export const restRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) =>
    loopsIn(parts, body).flatMap(({ header, opening }): Repair[] => {
      const text = textBetween(parts, header.from, header.to);
      const found = /^var (\w+) = [^;]+; *\1 < ([^;]+); *\1 \+= (\w+)$/.exec(text);
      if (found === null) return [];
      const [, first, size, tile] = found;
      const inside = [...tokens.keys()].slice(opening + 1, tokens[opening]!.partner!);
      return inside
        .filter(
          (at) =>
            tokens[at]!.text === tile &&
            [";", ","].includes(tokens[at + 1]!.text) &&
            /^[=<,(]$/.test(tokens[at - 1]!.text),
        )
        .map(
          (at): Repair => ({
            kind: "missing",
            edits: [replace(tokens[at]!, `min(${tile}, ${size} - ${first})`, "")],
            at: tokens[at]!.start,
            cause: `the last tile may have fewer than \`${tile}\` elements: take \`min(${tile}, ${size} - ${first})\``,
          }),
        );
    }),
  );
};

/** `b % LANES == lane` for `b == lane`. */
export const moduloRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  const sizes = sizesOf(parts);
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (tokens[at]!.text !== "==" || tokens[at - 1]!.kind !== "name" || tokens[at + 1]!.kind !== "name") continue;
      const first = factorStart(tokens, at);
      const own = textBetween(parts, first, at + 2);
      const value = textBetween(parts, first, at);
      for (const size of sizes) {
        repairs.push({
          kind: "missing",
          edits: [insertion(tokens[at - 1]!.end, ` % ${size}`)],
          at: tokens[first]!.start,
          cause: `\`${own}\` holds for the first \`${size}\` only: it should be \`${value} % ${size} == ${tokens[at + 1]!.text}\``,
        });
      }
    }
    return repairs;
  });
};

/** An upper end for a signed index that has only a lower one, and conditions that do not belong. */
export const boundRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  const sizes = [...parts.overrides].filter(([, type]) => type === "u32").map(([name]) => name);
  return functions.flatMap(({ body }) =>
    allStatements(tokens, body).flatMap((statement): Repair[] => {
      if (tokens[statement.from]!.text !== "if" || statement.blocks.length === 0) return [];
      const condition = textBetween(parts, statement.from + 1, statement.blocks[0]!);
      const place = { start: tokens[statement.from + 1]!.start, end: tokens[statement.blocks[0]! - 1]!.end };
      return [...upperEnds(condition, sizes, place), ...withoutCondition(parts, statement, condition, place)];
    }),
  );
};

function upperEnds(condition: string, sizes: readonly string[], place: { start: number; end: number }): Repair[] {
  const lower = [...condition.matchAll(/\b(\w+) >=? -?[01]i?\b/g)].map(([, name]) => name!);
  return lower
    .filter((name) => !new RegExp(`\\b${name} <`).test(condition))
    .flatMap((name) =>
      sizes.map((size): Repair => {
        const added = `${name} < i32(${size})`;
        return {
          kind: "guard",
          edits: [insertion(place.start, "("), insertion(place.end, ` && ${added})`)],
          at: place.start,
          cause: `the condition ${quoted(condition)} has no upper end for \`${name}\`: add \`&& ${added}\``,
        };
      }),
    );
}

/** `if (true)`, where a block has no `else`: it should always run. */
function withoutCondition(
  parts: ModuleParts,
  { blocks }: StatementRange,
  condition: string,
  place: { start: number; end: number },
): Repair[] {
  if (blocks.length > 1) return [];
  const text = textBetween(parts, blocks[0]! + 1, parts.tokens[blocks[0]!]!.partner!);
  if (/^\s*(return|break|continue)\b/.test(text)) return [];
  const cause = `${quoted(text)} should not depend on ${quoted(condition)}: take it out of the \`if\``;
  return [{ kind: "condition", edits: [replace(place, "(true)", "")], at: place.start, cause }];
}

/** The number of a workgroup or an invocation in a dispatch of two dimensions. */
export const flattenedRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions
    .filter(({ isEntry }) => isEntry)
    .flatMap(({ body, parameters }): Repair[] => {
      const groups = groupsName(parts, parameters);
      if (groups === undefined) return [];
      return allStatements(tokens, body).flatMap(({ from, to }): Repair[] => {
        const isLine = tokens[from]!.text === "let" && to === from + 7 && tokens[from + 4]!.text === ".";
        const next = isLine ? { x: "y", y: "z" }[tokens[from + 5]!.text] : undefined;
        if (next === undefined || !isIdOf(parts, parameters, tokens, from + 3)) return [];
        const [name, member] = [tokens[from + 3]!.text, tokens[from + 5]!.text];
        const text = `${name}.${next} * ${groups}.${member} + ${name}.${member}`;
        return [
          {
            kind: "missing",
            edits: [replace({ start: tokens[from + 3]!.start, end: tokens[from + 5]!.end }, text, "")],
            at: tokens[from]!.start,
            cause: `the dispatch also extends along ${next}: \`${tokens[from + 1]!.text}\` should be \`${text}\`, not \`${name}.${member}\``,
          },
        ];
      });
    });
};

function isIdOf({ code }: ModuleParts, parameters: { from: number; to: number }, tokens: Tokens, at: number): boolean {
  const text = code.slice(tokens[parameters.from]!.start, tokens[parameters.to]!.start);
  return new RegExp(`(workgroup_id|global_invocation_id)\\) *${tokens[at]!.text}\\b`).test(text);
}
