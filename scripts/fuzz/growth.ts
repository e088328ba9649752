import { createContext, Script } from "node:vm";
import fc from "fast-check";
import type { FuzzTarget } from "./target.ts";

/** A reader of candidates' text in a process that others depend on. */
export interface Reader {
  readonly name: string;
  /** Words it searches for, besides those that are difficult for every reader. */
  readonly words: readonly string[];
  read(text: string): unknown;
}

/** A text of any length: a start, a repeated unit in which `#` is its number, and as many closing pieces. */
export interface Family {
  readonly start: string;
  readonly unit: string;
  readonly close: string;
  readonly end: string;
}

/** Shorter times depend more on the machine than on the reader. */
const FLOOR_MS = 20;
/** Twice the text takes a linear reader twice the time, and a quadratic one four times. */
const MOST_GROWTH = 3;
/** For any text that a submission may contain. */
const HANG_MS = 1_000;
const FEWEST_CHARACTERS = 64;
/** At this length, a quadratic reader takes far more than the floor. */
const MOST_CHARACTERS = 64 * 1024;
/** The smallest of this many times counts: a busy machine may be slow for some milliseconds, but not every time. */
const FEWEST_TRIES = 3;
const TRIES = 8;

const PIECES = [
  ..."\u0000 \u202e \ud800 { } ( ) [ ] < > /* */ // \" ' ` ${ \\ @ ; , : . = # a 1 é ü".split(" "),
  ...[" ", "\n", "\r\n", "\t", "//a", "/*a", "a#", "enum ", "var ", "let ", "x = ", "😀", "\u0301"],
];

/** A target that requires a reader's time to be linear in its input. */
export function growthTarget(reader: Reader): FuzzTarget {
  const piece = fc.constantFrom(...PIECES, ...reader.words);
  const family = fc.record({
    start: piece,
    unit: fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
    close: fc.oneof(fc.constant(""), piece),
    end: piece,
  });
  return {
    name: `growth: ${reader.name}`,
    async run(cases, seed) {
      let slowestMs = 0;
      const property = fc.property(family, (one) => {
        slowestMs = Math.max(slowestMs, expectLinear(reader, one));
      });
      fc.assert(property, { numRuns: cases, seed });
      return slowestMs;
    },
  };
}

/**
 * Throws if the reader takes more than three times as long for twice the text, at two doublings in a row, or if it takes
 * more than a second.
 *
 * @returns the processor time of the longest text, in milliseconds
 */
export function expectLinear(reader: Reader, family: Family, mostCharacters = MOST_CHARACTERS): number {
  // Detects exponential growth while the reader still returns.
  for (let length = FEWEST_CHARACTERS; length < mostCharacters; length *= 2) timeMs(reader, family, length);
  const lengths = [mostCharacters / 4, mostCharacters / 2, mostCharacters];
  const fastest: [small: number, middle: number, large: number] = [Infinity, Infinity, Infinity];
  const time = (index: 0 | 1 | 2) => {
    fastest[index] = Math.min(fastest[index], timeMs(reader, family, lengths[index]!));
  };
  for (let trial = 1; trial <= TRIES; trial++) {
    const isEnough = trial >= FEWEST_TRIES;
    time(0);
    time(1);
    // The longest text takes most of the time: it is read again only after the shorter ones grew too fast.
    if (isEnough && fastest[1] <= MOST_GROWTH * fastest[0]) return fastest[2];
    if (isEnough || trial === 1) time(2);
    if (fastest[2] < FLOOR_MS) return fastest[2];
    if (isEnough && fastest[2] <= MOST_GROWTH * fastest[1]) return fastest[2];
  }
  const times = fastest.map((spentMs) => spentMs.toFixed(1)).join(", ");
  throw new Error(`${reader.name} takes ${times} ms for ${lengths.join(", ")} characters`);
}

/** Processor time. */
function timeMs(reader: Reader, family: Family, characters: number): number {
  const text = textOf(family, characters);
  const start = process.cpuUsage();
  withinTime(() => reader.read(text));
  const { user, system } = process.cpuUsage(start);
  const spentMs = (user + system) / 1000;
  if (spentMs > HANG_MS) throw new Error(`${reader.name} takes ${spentMs.toFixed(0)} ms for ${text.length} characters`);
  return spentMs;
}

function textOf({ start, unit, close, end }: Family, characters: number): string {
  let text = start;
  let number = 0;
  for (; text.length + number * close.length < characters; number++) text += unit.replaceAll("#", String(number));
  return text + close.repeat(number) + end;
}

const guard = createContext({ run: () => {} });
const GUARDED = new Script("run()");

/** A limit for exponential time, which would never return; generous, for a busy machine. */
function withinTime(run: () => void): void {
  guard.run = run;
  GUARDED.runInContext(guard, { timeout: 30 * HANG_MS });
}
