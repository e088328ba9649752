import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { taskFolder } from "../catalog/load.ts";
import type { KernelId } from "./kernels.ts";
import type { Mutant } from "./mutants.ts";

const equivalent = z.strictObject({
  kernel: z.enum(["plain", "tuned"]),
  /** Number of the kernel's WGSL module, from 1, in the order in which its passes use them. */
  module: z.int().positive(),
  /** The line before and after the change; empty if the change removes it. */
  line: z.string(),
  replacement: z.string(),
  /** Number of the line, from 1, if the same change applies to several of the module's lines. */
  occurrence: z.int().positive().optional(),
  /**
   * Whether the mutant computes the same function, or is wrong in a way that no case can detect: in accesses out of
   * bounds, which WebGPU makes harmless; in a race that adapters hide by running invocations in order; in a result that
   * WGSL does not define but this adapter makes correct; or only with more elements than a check can afford.
   */
  kind: z.enum(["same-function", "robust-access", "race", "indeterminate", "out-of-reach"]),
  /** Why no case can distinguish the mutant from the kernel. */
  reason: z.string().min(1),
});

/** A mutant that survives, and why it may. */
export type Equivalent = z.infer<typeof equivalent>;

type Place = Omit<Equivalent, "kind" | "reason">;

export const EQUIVALENTS_FILE = "equivalent-mutants.json";

/** A task's list of surviving mutants; `undefined` if they have not been reviewed yet. */
export function readEquivalents(task: string): readonly Equivalent[] | undefined {
  const path = join(taskFolder(task), EQUIVALENTS_FILE);
  if (!existsSync(path)) return undefined;
  const parsed = z.array(equivalent).safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** A mutant's key in that file. */
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
