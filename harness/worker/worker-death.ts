import type { Verdict } from "../results/verdict.ts";
import { describeEnd, hasCrashed, hasRunOut } from "../system/process-end.ts";
import type { ChildExit } from "./child.ts";

/** Messages of V8, Node and C++ when memory runs out. */
const OUT_OF_MEMORY =
  /heap out of memory|allocation failed|could not allocate|bad_alloc|failed to reserve|invalid (?:array|string) length|ENOMEM/i;

export function isOutOfMemory(words: string): boolean {
  return OUT_OF_MEMORY.test(words);
}

/** The verdict implied by a process's end; undefined if there is none. */
export type Death = Extract<Verdict, "memory-limit" | "device-lost"> | undefined;

export function deathOf(exit: ChildExit): Death {
  if (isOutOfMemory(exit.lastWords) || hasRunOut(exit)) return "memory-limit";
  return hasCrashed(exit) ? "device-lost" : undefined;
}

/** The message for an end without a known cause. */
export function unexplainedExit(exit: ChildExit): string {
  const words = exit.lastWords.trim().split("\n").at(-1);
  return `the worker process ${describeEnd(exit)}${words ? `: ${words}` : ""}`;
}
