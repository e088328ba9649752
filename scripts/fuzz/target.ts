import fc from "fast-check";
import { UserError } from "../../harness/text/user-error.ts";

/** Something that reads what others wrote, to be given what nobody would write. */
export interface FuzzTarget {
  readonly name: string;
  /**
   * Gives it `cases` inputs drawn from `seed`. Rejects with the smallest input that it stumbled over.
   *
   * @returns the most processor time that this process spent on one input, in milliseconds
   */
  run(cases: number, seed: number): Promise<number>;
}

/** The longest that one input may take, other processes and all. A busy machine needs its time. */
const HANG_MS = 30_000;
/** The most processor time that one input may take in this process: none is larger than some kilobytes. */
const MOST_CPU_MS = 1_000;

/**
 * A target that has to answer every input with a value, or with a UserError.
 *
 * @param mostCpuMs the most processor time that one input may take in this process
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
  // What does not yield never lets the timer ring.
  if (performance.now() - startMs > HANG_MS) throw new Error(`the answer took more than ${HANG_MS / 1000} s`);
}

/** A message is for people: not empty, not endless, and nothing in it that a terminal would obey. */
export function expectReadable(message: string): void {
  if (message.trim() === "") throw new Error("the message is empty");
  if (message.length > 20_000) throw new Error(`the message has ${message.length} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  const found = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(message)?.[0];
  if (found !== undefined) throw new Error(`the message holds the character ${found.codePointAt(0)}: ${message}`);
}
