import { positionAt } from "../text/position.ts";
import type { Edit, FindEdits } from "./edit.ts";
import { expressionEdits } from "./expression-edits.ts";
import { usedBodies } from "./module-parts.ts";
import { statementEdits } from "./statement-edits.ts";
import { tokenEdits } from "./token-edits.ts";
import { tokenize } from "./wgsl-tokens.ts";

/** A WGSL module with one change. */
export interface Mutant {
  readonly code: string;
  readonly edit: Edit;
  /** Position of the change, from 1. */
  readonly line: number;
  readonly column: number;
  /** The change, such as `"<" became "<="`. */
  readonly change: string;
  /** The changed line before, or lines joined to one. */
  readonly before: string;
  /** The same after the change. */
  readonly after: string;
  /** Number, from 1, among the module's places of the same change to the same line; absent if there is only one. */
  readonly occurrence?: number;
}

/**
 * All mutants of a WGSL module. Declarations do not change: names, types, attributes except workgroup sizes, and
 * `override` values, which the plan sets; nor do functions that no entry point calls.
 */
export function mutantsOf(code: string): Mutant[] {
  const seen = new Set([normalized(code)]);
  const mutants: Omit<Mutant, "occurrence">[] = [];
  for (const edit of editsOf(code, [tokenEdits, expressionEdits, statementEdits])) {
    const mutant = mutated(code, edit);
    const form = normalized(mutant.code);
    if (seen.has(form)) continue;
    seen.add(form);
    mutants.push(mutant);
  }
  return numbered(mutants);
}

/** The edits of some kinds, in the order of their places. */
export function editsOf(code: string, kinds: readonly FindEdits[]): Edit[] {
  const tokens = tokenize(code);
  const ranges = usedBodies(tokens);
  return kinds.flatMap((find) => find(code, tokens, ranges)).sort((a, b) => a.start - b.start);
}

export function mutated(code: string, edit: Edit): Omit<Mutant, "occurrence"> {
  return { code: code.slice(0, edit.start) + edit.text + code.slice(edit.end), edit, ...place(code, edit) };
}

/** The module's tokens: modules with equal tokens are equal to a compiler. */
export function normalized(code: string): string {
  return tokenize(code)
    .map(({ text }) => text)
    .join(" ");
}

function place(code: string, { start, end, text, change }: Edit): Omit<Mutant, "code" | "edit" | "occurrence"> {
  const lineStart = code.lastIndexOf("\n", start - 1) + 1;
  const nextBreak = code.indexOf("\n", end);
  const lineEnd = nextBreak < 0 ? code.length : nextBreak;
  return {
    ...positionAt(code, start),
    change,
    before: oneLine(code.slice(lineStart, lineEnd)),
    after: oneLine(code.slice(lineStart, start) + text + code.slice(end, lineEnd)),
  };
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

function numbered(mutants: readonly Omit<Mutant, "occurrence">[]): Mutant[] {
  const key = ({ before, after }: Pick<Mutant, "before" | "after">) => JSON.stringify([before, after]);
  const counts = new Map<string, number>();
  for (const mutant of mutants) counts.set(key(mutant), (counts.get(key(mutant)) ?? 0) + 1);
  const met = new Map<string, number>();
  return mutants.map((mutant) => {
    if (counts.get(key(mutant)) === 1) return mutant;
    const occurrence = (met.get(key(mutant)) ?? 0) + 1;
    met.set(key(mutant), occurrence);
    return { ...mutant, occurrence };
  });
}
