import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { taskFolder } from "../../harness/catalog/load.ts";
import type { KernelId } from "./kernels.ts";
import type { Mutant } from "./mutants.ts";

const equivalent = z.strictObject({
  kernel: z.enum(["plain", "tuned"]),
  /** Which of the kernel's WGSL modules it is in, from 1, in the order in which its passes use them. */
  module: z.int().positive(),
  /** The line before the change and after it; empty where nothing is left. */
  line: z.string(),
  replacement: z.string(),
  /** Which of the module's lines it is, from 1, where several are changed alike. */
  occurrence: z.int().positive().optional(),
  /**
   * Whether the mutant computes the same function, or is wrong where no case can see it: in accesses out of bounds, which
   * WebGPU makes harmless; in a race, which adapters hide that run invocations in order; in a result that WGSL leaves
   * open, and that this adapter happens to make right; or only with more elements than a check can afford.
   */
  kind: z.enum(["same-function", "robust-access", "race", "indeterminate", "out-of-reach"]),
  /** Why no case can tell the mutant from the kernel. */
  reason: z.string().min(1),
});

/** A mutant that survives, and why it may. */
export type Equivalent = z.infer<typeof equivalent>;

type Place = Omit<Equivalent, "kind" | "reason">;

export const EQUIVALENTS_FILE = "equivalent-mutants.json";

/** What a task's folder says of mutants that survive; `undefined` where nobody has looked at them yet. */
export function readEquivalents(task: string): readonly Equivalent[] | undefined {
  const path = join(taskFolder(task), EQUIVALENTS_FILE);
  if (!existsSync(path)) return undefined;
  const parsed = z.array(equivalent).safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path} is not as it should be:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** How a mutant is named in that file. */
export function locator({ name }: KernelId, module: number, { before, after, occurrence }: Mutant): Place {
  const place = { kernel: name as Equivalent["kernel"], module, line: before, replacement: after };
  return occurrence === undefined ? place : { ...place, occurrence };
}

export function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.kernel === other.kernel &&
    one.module === other.module &&
    one.line === other.line &&
    one.replacement === other.replacement &&
    one.occurrence === other.occurrence
  );
}
