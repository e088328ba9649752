import type { Verdict } from "../results/verdict.ts";
import type { ChildExit } from "./child.ts";

/** Signals of a crashing driver. SIGKILL is not among them: it always comes from outside. */
export const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
];

/** Messages of V8, Node and C++ when memory runs out. */
const OUT_OF_MEMORY =
  /heap out of memory|allocation failed|could not allocate|bad_alloc|failed to reserve|invalid (?:array|string) length|ENOMEM/i;

export function isOutOfMemory(words: string): boolean {
  return OUT_OF_MEMORY.test(words);
}

/** The verdict implied by a process's end; undefined if there is none. */
export type Death = Extract<Verdict, "memory-limit" | "device-lost"> | undefined;

export function deathOf({ code, signal, lastWords }: ChildExit): Death {
  if (isOutOfMemory(lastWords)) return "memory-limit";
  return CRASH_SIGNALS.includes(signal) || (code ?? 0) > 128 ? "device-lost" : undefined;
}

/** `was killed by SIGSEGV`, to follow "the process". */
export function describeExit({ code, signal }: ChildExit): string {
  return signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
}

/** The message for an end without a known cause. */
export function unexplainedExit(exit: ChildExit): string {
  const words = exit.lastWords.trim().split("\n").at(-1);
  return `the worker process ${describeExit(exit)}${words ? `: ${words}` : ""}`;
}
