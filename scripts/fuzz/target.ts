import fc from "fast-check";
import { UserError } from "../../harness/text/user-error.ts";

/** Something that reads what others wrote, to be given what nobody would write. */
export interface FuzzTarget {
  readonly name: string;
  /** Gives it `cases` inputs drawn from `seed`. Rejects with the smallest input that it stumbled over. */
  run(cases: number, seed: number): Promise<void>;
}

/** The longest that one input may take: none is larger than some kilobytes. A busy machine needs its time. */
const HANG_MS = 30_000;

/** A target that has to answer every input with a value, or with a UserError. */
export function target<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  answer: (input: T) => unknown,
  close: () => unknown = () => {},
): FuzzTarget {
  return {
    name,
    async run(cases, seed) {
      try {
        const property = fc.asyncProperty(inputs, (input) => inTime(() => answered(() => answer(input))));
        await fc.assert(property, { numRuns: cases, seed });
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
