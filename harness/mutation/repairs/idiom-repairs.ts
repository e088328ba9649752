import { type Edit, replace } from "../edit.ts";
import { allStatements, insertion, type ModuleParts, statementsIn, textBetween } from "../module-parts.ts";
import { callsIn } from "./expressions.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

/** The members of a module's structures, with their types. */
function membersIn({ code }: ModuleParts): { name: string; members: [string, string][] }[] {
  return [...code.matchAll(/\bstruct\s+(\w+)\s*\{([^}]*)\}/g)].map(([, name, text]) => ({
    name: name!,
    members: [...text!.matchAll(/(\w+)\s*:\s*(\w+)/g)].map(([, member, type]): [string, string] => [member!, type!]),
  }));
}

/** The lower index among equals: `a.score > b.score` with `|| (a.score == b.score && a.index < b.index)`. */
export const tieRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  const structures = membersIn(parts);
  return functions.flatMap(({ body }) => {
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      if (!/^[<>]=?$/.test(tokens[at]!.text) || tokens[at]!.isTemplate) continue;
      const own = code.slice(0, tokens[at]!.start).match(/([\w.[\]]+)\.(\w+)\s*$/);
      const other = code.slice(tokens[at]!.end).match(/^\s*([\w.[\]]+)\.(\w+)/);
      if (own === null || other === null || own[2] !== other[2]) continue;
      const [, a, value] = own;
      const [text, b] = other;
      const members = structures.find(({ members: all }) =>
        all.some(([name, type]) => name === value && type === "f32"),
      );
      const start = tokens[at]!.start - own[0].length;
      const end = tokens[at]!.end + text!.length;
      for (const [index, type] of members?.members ?? []) {
        if (type !== "u32" && type !== "i32") continue;
        const among = `${a}.${value} == ${b}.${value} && ${a}.${index} < ${b}.${index}`;
        const added = `(${code.slice(start, end).trim()} || (${among}))`;
        repairs.push({
          kind: "missing",
          edits: [replace({ start, end }, added, "")],
          at: tokens[at]!.start,
          cause: `equal values come in any order: add \`|| (${among})\` to the comparison of \`${value}\``,
        });
      }
    }
    return repairs;
  });
};

/**
 * Sums of squared distances of two parts joined: with the distance of the parts' means, as `a` and `b` have a count, a
 * mean and such a sum.
 */
export const mergedSquaresRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  const moments = membersIn(parts).filter(
    ({ members }) => members.filter(([, type]) => type === "f32").length === 3 && members.length === 3,
  );
  return callsIn(parts).flatMap(({ name, args }): Repair[] => {
    const structure = moments.find((one) => one.name === name);
    if (structure === undefined || args.length !== 3) return [];
    return args.flatMap(([first, last], index): Repair[] => {
      const text = textBetween(parts, first, last + 1);
      const squares = structure.members[index]![0];
      const found = new RegExp(`^(\\w+)\\.${squares} \\+ (\\w+)\\.${squares}\\b`).exec(text);
      if (found === null) return [];
      const [, a, b] = found;
      const [one, two] = structure.members.filter((_, at) => at !== index).map(([member]) => member);
      return [
        [one, two],
        [two, one],
      ].map(([count, mean]): Repair => {
        const term = `(${b}.${mean} - ${a}.${mean}) * (${b}.${mean} - ${a}.${mean}) * ${a}.${count} * ${b}.${count} / max(${a}.${count} + ${b}.${count}, 1.0)`;
        const place = { start: tokens[first]!.start, end: tokens[last]!.end };
        return {
          kind: "merged",
          edits: [replace(place, `${found[0]} + ${term}`, "")],
          at: place.start,
          cause: `${quoted(text)} lacks the distance between the parts' means: joined squares are \`${found[0]} + d * d * ${a}.${count} * ${b}.${count} / (${a}.${count} + ${b}.${count})\`, where d is the difference of \`${mean}\``,
        };
      });
    });
  });
};

/** Bits of floats kept for atomics, where they are converted: all conversions around atomics at once. */
export const bitcastRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  const calls = callsIn(parts);
  const atomics = calls.filter(({ name }) => /^atomic(Max|Min|Store|Load|Exchange)$/.test(name));
  const edits = calls.flatMap(({ name, at, opening, closing }): Edit[] => {
    const isStored = name === "u32" && atomics.some((one) => one.opening < at && closing < one.closing);
    const isLoaded = name === "f32" && tokens[opening + 1]!.text === "atomicLoad";
    return isStored || isLoaded ? [replace(tokens[at]!, `bitcast<${name}>`, "")] : [];
  });
  const [first] = edits;
  if (first === undefined) return [];
  const cause =
    "`u32()` and `f32()` convert, and drop the fraction: `bitcast` keeps the bits of a positive f32, which are in its order";
  return [{ kind: "atomic", edits, at: first.start, cause }];
};

/** A statement that reads what earlier ones in its block change, in front of them instead. */
export const earlierRepairs: FindRepairs = (parts) => {
  const { tokens, functions, variables } = parts;
  const outputs = new Set(
    variables.filter(({ space, isWritable }) => space === "storage" && isWritable).map(({ name }) => name),
  );
  const shared = new Set(variables.filter(({ space }) => space === "workgroup").map(({ name }) => name));
  return functions
    .filter(({ isEntry }) => isEntry)
    .flatMap(({ body }) => {
      const statements = statementsIn(tokens, body.from, body.to);
      return statements.flatMap((own, index): Repair[] => {
        const names = new Set(tokens.slice(own.from, own.to).map(({ text }) => text));
        const source = [...shared].find((name) => names.has(name));
        if (source === undefined || ![...outputs].some((name) => names.has(name))) return [];
        const changing = statements.slice(0, index).filter((one) => changes(parts, one, source));
        return changing.slice(1).map((other): Repair => {
          const text = textBetween(parts, own.from, own.to);
          return {
            kind: "order",
            edits: [
              insertion(tokens[other.from - 1]!.end, ` ${text} workgroupBarrier();`),
              replace({ start: tokens[own.from]!.start, end: tokens[own.to - 1]!.end }, "", ""),
            ],
            at: tokens[own.from]!.start,
            cause: `${quoted(text)} comes too late: ${quoted(textBetween(parts, other.from, other.to))} has changed \`${source}\` by then`,
          };
        });
      });
    });
};

function changes({ tokens }: ModuleParts, { from, to }: { from: number; to: number }, name: string): boolean {
  return allStatements(tokens, { from, to, kind: "function" }).some(({ from: at, blocks }) => {
    const closing = tokens[at + 1]?.text === "[" ? tokens[at + 1]!.partner! : at;
    return blocks.length === 0 && tokens[at]!.text === name && /^[-+*/]?=$/.test(tokens[closing + 1]?.text ?? "");
  });
}
