import { allStatements, insertion, type ModuleParts, type StatementRange, textBetween } from "../module-parts.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

/** A barrier after each statement that uses workgroup memory. The compiler refuses it where invocations may diverge. */
export const barrierRepairs: FindRepairs = (parts) => {
  const { tokens, functions, variables } = parts;
  const shared = new Set(variables.filter(({ space }) => space === "workgroup").map(({ name }) => name));
  if (shared.size === 0) return [];
  return functions.flatMap(({ body }) =>
    allStatements(tokens, body).flatMap((statement): Repair[] => {
      const used = tokens.slice(statement.from, statement.to).find(({ text }) => shared.has(text));
      const isFollowed = tokens[statement.to]?.text === "workgroupBarrier";
      if (used === undefined || isFollowed || /^(return|break|continue)$/.test(tokens[statement.from]!.text)) return [];
      const last = tokens[statement.to - 1]!;
      return [
        {
          kind: "barrier",
          edits: [insertion(last.end, " workgroupBarrier();")],
          at: last.start,
          cause: `a workgroupBarrier() is missing after ${describe(parts, statement, used.text)}`,
        },
      ];
    }),
  );
};

/**
 * A storageBarrier() after each statement that writes to storage which the same function reads, and beside each
 * workgroupBarrier() in such a function.
 */
export const storageBarrierRepairs: FindRepairs = (parts) => {
  const { tokens, functions, variables } = parts;
  const writable = variables.filter(({ space, isWritable }) => space === "storage" && isWritable);
  return functions.flatMap(({ body }) => {
    const statements = allStatements(tokens, body);
    const uses = (name: string) =>
      [...tokens.keys()]
        .slice(body.from, body.to)
        .filter((at) => tokens[at]!.text === name && tokens[at + 1]!.text === "[");
    const isWrite = (at: number) =>
      /^([-+*/%&|^]|<<|>>)?=$|^\+\+$|^--$/.test(tokens[tokens[at + 1]!.partner! + 1]!.text);
    const both = writable
      .map(({ name }) => name)
      .filter((name) => uses(name).some(isWrite) && !uses(name).every(isWrite));
    return both.flatMap((name) => {
      const writes = uses(name).filter(isWrite);
      return statements.flatMap(({ from, to, blocks }): Repair[] => {
        const last = tokens[to - 1]!;
        const isOther = tokens[from]!.text === "workgroupBarrier" && tokens[to]!.text !== "storageBarrier";
        const isFollowed = /^(storage|workgroup)Barrier$/.test(tokens[to]?.text ?? "");
        if (!isOther && (isFollowed || !writes.some((at) => at >= from && at < to))) return [];
        const after = describe(parts, { from, to, blocks }, name);
        return [
          {
            kind: "barrier",
            edits: [insertion(last.end, " storageBarrier();")],
            at: last.start,
            cause: isOther
              ? `workgroupBarrier() does not order accesses to storage such as \`${name}\`: add a storageBarrier() beside it`
              : `a storageBarrier() is missing after ${after}: other invocations read \`${name}\` before it is written`,
          },
        ];
      });
    });
  });
};

function describe(parts: ModuleParts, { from, to, blocks }: StatementRange, variable: string): string {
  if (blocks.length === 0) return quoted(textBetween(parts, from, to));
  return `the ${quoted(textBetween(parts, from, blocks[0]!))} block, which uses \`${variable}\``;
}

/** Barriers at several places together. */
export function severalBarriers(repairs: readonly Repair[]): Repair {
  const [first] = repairs;
  const places = repairs.map(({ cause }) => cause.slice(MISSING.length));
  return {
    kind: "barrier",
    edits: repairs.flatMap(({ edits }) => edits),
    at: first!.at,
    cause: `${repairs.length} workgroupBarrier() calls are missing: after ${places.slice(0, -1).join(", after ")}, and after ${places.at(-1)}`,
  };
}

const MISSING = "a workgroupBarrier() is missing after ";
