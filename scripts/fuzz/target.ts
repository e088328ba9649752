import fc from "fast-check";
import { UserError } from "../../harness/text/user-error.ts";

/** A reader of untrusted input, to be given malformed input. */
export interface FuzzTarget {
  readonly name: string;
  /**
   * Gives it `cases` inputs generated from `seed`. Rejects with the smallest input that failed.
   *
   * @returns the most processor time that this process spent on one input, in milliseconds
   */
  run(cases: number, seed: number): Promise<number>;
}

/** The limit for one input, including other processes. Generous, for a busy machine. */
const HANG_MS = 30_000;
/** The limit of processor time for one input in this process: inputs have at most some kilobytes. */
const MOST_CPU_MS = 1_000;

/**
 * A target that must answer every input with a value or a UserError.
 *
 * @param mostCpuMs the limit of processor time for one input in this process
 */
export function target<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  answer: (input: T) => unknown,
  { close = () => {}, mostCpuMs = MOST_CPU_MS }: { close?: () => unknown; mostCpuMs?: number } = {},
): FuzzTarget {
  return {
    name,
    async run(cases, seed) {
      let slowestMs = 0;
      try {
        const property = fc.asyncProperty(inputs, async (input) => {
          const start = process.cpuUsage();
          await inTime(() => answered(() => answer(input)));
          const { user, system } = process.cpuUsage(start);
          const spentMs = (user + system) / 1000;
          if (spentMs > mostCpuMs) throw new Error(`the answer took ${spentMs.toFixed(0)} ms of processor time`);
          slowestMs = Math.max(slowestMs, spentMs);
        });
        await fc.assert(property, { numRuns: cases, seed });
        return slowestMs;
      } finally {
        await close();
      }
    },
  };
}

async function answered(answer: () => unknown): Promise<void> {
  try {
    await answer();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expectReadable(`${error.message} ${error.hint ?? ""}`);
  }
}

async function inTime(work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${HANG_MS / 1000} s`)), HANG_MS);
  });
  const startMs = performance.now();
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
  // A reader that never yields blocks the timer.
  if (performance.now() - startMs > HANG_MS) throw new Error(`the answer took more than ${HANG_MS / 1000} s`);
}

/** Messages are for people: not empty, not endless, and without terminal control characters. */
export function expectReadable(message: string): void {
  if (message.trim() === "") throw new Error("the message is empty");
  if (message.length > 20_000) throw new Error(`the message has ${message.length} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const found = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(message)?.[0];
  if (found !== undefined) throw new Error(`the message contains the character ${found.codePointAt(0)}: ${message}`);
}
