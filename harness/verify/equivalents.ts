import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { taskFolder } from "../catalog/load.ts";
import type { Mutant } from "../mutation/mutants.ts";
import type { KernelId } from "./kernels.ts";

/**
 * Whether a mutant computes the same function, or is wrong in a way that no case can detect: in accesses out of bounds,
 * which WebGPU makes harmless; in a race that adapters hide by running invocations in order; in a result that WGSL does
 * not define but this adapter makes correct; or only with more elements than a check can afford.
 */
const kind = z.enum(["same-function", "robust-access", "race", "indeterminate", "out-of-reach"]);

/** Why a mutant may survive: why no case can distinguish it from the kernel. */
export interface Explanation {
  readonly kind: z.infer<typeof kind>;
  readonly reason: string;
}

/** By kind and reason, a line for each mutant, as `locator` writes it. */
const equivalents = z.partialRecord(kind, z.record(z.string().min(1), z.string()));

export const EQUIVALENTS_FILE = "equivalents.yaml";

/** A task's list of mutants that survive, although no rule explains them, by their locators. */
export function readEquivalents(task: string): ReadonlyMap<string, Explanation> {
  const path = join(taskFolder(task), EQUIVALENTS_FILE);
  if (!existsSync(path)) return new Map();
  const parsed = equivalents.safeParse(parse(readFileSync(path, "utf8")));
  if (!parsed.success) throw new Error(`${path} is not valid:\n${z.prettifyError(parsed.error)}`);
  const listed = new Map<string, Explanation>();
  for (const own of kind.options) {
    for (const [reason, mutants] of Object.entries(parsed.data[own] ?? {})) {
      for (const mutant of mutants.trim().split("\n")) listed.set(mutant.trim(), { kind: own, reason });
    }
  }
  return listed;
}

/**
 * A mutant's line in that file: `tuned 1: if (lane < width) { => if (true) {`. `1` is the number of the kernel's WGSL
 * module, in the order in which its passes use them; `1 #2` is the second of several lines that change alike.
 */
export function locator({ name }: KernelId, module: number, { before, after, occurrence }: Mutant): string {
  const place = occurrence === undefined ? `${name} ${module}` : `${name} ${module} #${occurrence}`;
  return `${place}: ${before} => ${after}`.trim();
}
