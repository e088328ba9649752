import type { Edit } from "../edit.ts";
import type { ModuleParts } from "../module-parts.ts";

/** A change of a candidate's module that undoes a mistake people make. */
export interface Repair {
  readonly kind: RepairKind;
  readonly edits: readonly Edit[];
  /** Where the mistake is: an offset in the module. */
  readonly at: number;
  /** The mistake, as the end of "Likely cause: …", without a full stop. */
  readonly cause: string;
}

export type RepairKind =
  | "barrier"
  | "guard"
  | "builtin"
  | "workgroup-size"
  | "private"
  | "atomic"
  | "subgroup"
  | "array-size"
  | "reset"
  | "kept"
  | "start"
  | "half"
  | "packed"
  | "sign"
  | "layout"
  | "round-up"
  | "number"
  | "one-off"
  | "offset"
  | "tree"
  | "operator"
  | "extra"
  | "missing"
  | "statement"
  | "name"
  | "moved"
  | "rescaled"
  | "order"
  | "shared"
  | "zero"
  | "condition"
  | "argument"
  | "wrapped"
  | "merged";

export type FindRepairs = (parts: ModuleParts) => Repair[];

/** A piece of code in a sentence. */
export function quoted(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return `\`${line.length > MOST_QUOTED ? `${line.slice(0, MOST_QUOTED - 1)}…` : line}\``;
}

const MOST_QUOTED = 60;
