import type { Verdict } from "../results/verdict.ts";
import type { ChildExit } from "./child.ts";

/** Signals by which a driver that crashes ends its process. SIGKILL is not among them: somebody else sent that. */
export const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
];

/** What V8, Node and C++ say when there is no memory left. */
const OUT_OF_MEMORY =
  /heap out of memory|allocation failed|could not allocate|bad_alloc|failed to reserve|invalid (?:array|string) length|ENOMEM/i;

export function isOutOfMemory(words: string): boolean {
  return OUT_OF_MEMORY.test(words);
}

/** What a process's end says about what was at work in it; undefined where it says nothing. */
export type Death = Extract<Verdict, "memory-limit" | "device-lost"> | undefined;

export function deathOf({ code, signal, lastWords }: ChildExit): Death {
  if (isOutOfMemory(lastWords)) return "memory-limit";
  return CRASH_SIGNALS.includes(signal) || (code ?? 0) > 128 ? "device-lost" : undefined;
}

/** `by signal SIGSEGV`, to come after "it ended". */
export function describeExit({ code, signal }: ChildExit): string {
  return signal === null ? `with exit code ${code}` : `by signal ${signal}`;
}

/** What there is to say of an end that is nobody's fault that we know of. */
export function unexplainedExit(exit: ChildExit): string {
  const words = exit.lastWords.trim().split("\n").at(-1);
  return `the worker process ended ${describeExit(exit)}${words ? `: ${words}` : ""}`;
}
