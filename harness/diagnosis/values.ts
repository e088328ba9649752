import type { Finding } from "../results/finding.ts";
import { nameOf, type Sighting } from "./factor-names.ts";
import { isExplained, isInteger, isVaried, type Observed } from "./observed.ts";
import type { Rounding } from "./precision.ts";

/** Elements that are wrong and were written. */
function* written({ isWrong, isUnwritten }: Observed): Generator<number> {
  for (let e = 0; e < isWrong.length; e++) if (isWrong[e] === 1 && isUnwritten[e] === 0) yield e;
}

function writtenCount({ wrongCount, unwrittenCount }: Observed): number {
  return wrongCount - unwrittenCount;
}

/** Most, not all: elements that overflow or underflow on the way may differ. */
function areMost(one: Observed, test: (element: number) => boolean, share = 0.97): boolean {
  const count = writtenCount(one);
  let others = 0;
  for (const e of written(one)) {
    if (!test(e) && ++others > (1 - share) * count) return false;
  }
  return count > 0;
}

/** Finds how an output is wrong in all the given cases, which are sorted by ascending cost. */
type HowFinder = (cases: readonly Observed[]) => Finding | undefined;

function how(kind: string, sentence: string, isGuess = false): Finding {
  return { aspect: "how", kind, sentence, isGuess };
}

export const addedToWhatWasThere: HowFinder = (cases) => {
  const [{ output }] = cases as [Observed];
  const isAdded = cases.every((one) => {
    const { again, expected, bound } = one;
    if (again === undefined) return false;
    if (isInteger(one)) return areMost(one, (e) => again.got[e] === (expected[e]! + again.before[e]!) % 2 ** 32);
    return areMost(one, (e) => {
      const sum = expected[e]! + again.before[e]!;
      return (
        Number.isFinite(again.before[e]!) &&
        Math.abs(again.got[e]! - sum) <= 1e-3 * Math.abs(again.before[e]!) + bound[e]!
      );
    });
  });
  if (!isAdded) return undefined;
  return how(
    "added-to-what-was-there",
    `Likely cause: results are added to the contents of \`${output}\` from before the run, which are not zero: start each sum at 0, and write it with =.`,
    true,
  );
};

export const unstable: HowFinder = (cases) => {
  const [{ output }] = cases as [Observed];
  const isUnstable = cases.some(({ again, got, isWrong, isUnwritten, bound }) => {
    if (again === undefined) return false;
    return got.some((value, e) => {
      if (isWrong[e] === 0 || isUnwritten[e] === 1) return false;
      if (!Number.isFinite(value) || !Number.isFinite(again.got[e]!)) return false;
      return Math.abs(value - again.got[e]!) > bound[e]!;
    });
  });
  if (!isUnstable) return undefined;
  return how(
    "unstable",
    `\`${output}\` differs from run to run on the same inputs. Likely cause: invocations race for the same memory (a missing barrier, or two that write the same element), or something is read before it is written.`,
  );
};

const notFinite: HowFinder = (cases) => {
  const [one] = cases as [Observed];
  if (!cases.every((other) => areMost(other, (e) => !Number.isFinite(other.got[e]!), 0.5))) return undefined;
  const isFrom = cases.every((other) => areMost(other, (e) => isLaterInRow(other, e)));
  const from = isFrom ? `, in each row from the first such element on` : "";
  return how(
    "not-finite",
    `\`${one.output}\` holds NaN or infinity${from}: look for exp overflow (above 88.7), 0/0 and inf - inf.`,
  );
};

/** Whether an element and all after it in its row are not finite, while the row's first one is. */
function isLaterInRow({ axes, got }: Observed, element: number): boolean {
  const size = axes.at(-1)!.size;
  const start = element - (element % size);
  if (size < 3 || !Number.isFinite(got[start]!)) return false;
  for (let e = element; e < start + size; e++) if (Number.isFinite(got[e]!)) return false;
  return true;
}

const FEWEST_ZEROS = 4;

const zeros: HowFinder = (cases) => {
  const [{ output }] = cases as [Observed];
  if (!cases.every((one) => areMost(one, (e) => one.got[e] === 0))) return undefined;
  return how("zeros", `\`${output}\` holds zeros where it is wrong${reasonForZeros(cases)}.`);
};

/** Integers are often choices, of which 0 is one like any other; a few zeros may have any reason. */
function reasonForZeros(cases: readonly Observed[]): string {
  if (cases.some(isInteger) || cases.reduce((sum, one) => sum + writtenCount(one), 0) < FEWEST_ZEROS) return "";
  return ": probably nothing is added up there, or integers are divided, which drops the fraction";
}

/** Larger integers have the bits of floats of usual size. */
const MOST_INTEGER = 2 ** 23;

/** An integer below 2^23, read as an f32, is below the smallest normal number. */
const integerBits: HowFinder = (cases) => {
  if (cases.some(isInteger)) return undefined;
  const [{ output }] = cases as [Observed];
  const isSmallInteger = (value: number) => value > 0 && value < MOST_INTEGER * SMALLEST_F32;
  const areBits = ({ got, isWrong }: Observed) =>
    got.every((value, e) => isWrong[e] === 0 || value === 0 || isSmallInteger(value));
  if (!cases.every(areBits) || !cases.some(({ got }) => got.some(isSmallInteger))) return undefined;
  return how(
    "integer-bits",
    `\`${output}\` holds the bits of integers. Likely cause: the kernel declares it as \`array<u32>\` or \`array<i32>\`: declare \`array<f32>\`.`,
  );
};

const SMALLEST_F32 = 2 ** -149;

const constant: HowFinder = (cases) => {
  const [one] = cases as [Observed];
  if (!cases.every((other) => writtenCount(other) > 3 && isVaried(other))) return undefined;
  const values = cases.map((other) => other.got[written(other).next().value as number]!);
  if (!cases.every((other, at) => areMost(other, (e) => other.got[e] === values[at], 1))) return undefined;
  const is = values.every((value) => value === values[0]) ? `${Number(values[0]!.toPrecision(6))}` : "one value";
  return how("constant", `\`${one.output}\` holds ${is} in every wrong element.`);
};

const signFlipped: HowFinder = (cases) => {
  const [{ output }] = cases as [Observed];
  if (!cases.every((one) => areMost(one, (e) => isExplained(one, e, -one.expected[e]!)))) return undefined;
  return how("sign-flipped", `\`${output}\` has the wrong sign: each value is the negative of the expected one.`);
};

/** The number that an operation on got and expected gives for every wrong element of a case. */
function sharedNumber(
  one: Observed,
  number: (got: number, expected: number) => number,
  predict: (expected: number, found: number) => number,
): number | undefined {
  // The element with the largest value gives the most digits.
  let largest = -1;
  for (const e of written(one)) {
    const isNumber = Number.isFinite(one.got[e]!);
    if (isNumber && (largest < 0 || Math.abs(one.expected[e]!) > Math.abs(one.expected[largest]!))) largest = e;
  }
  if (largest < 0) return undefined;
  const found = number(one.got[largest]!, one.expected[largest]!);
  return Number.isFinite(found) && areMost(one, (e) => isExplained(one, e, predict(one.expected[e]!, found)))
    ? found
    : undefined;
}

/**
 * The number shared by all elements of each case; none if a case has none, or if all cases are too small to decide.
 */
function sightings(cases: readonly Observed[], find: (one: Observed) => number | undefined): Sighting[] {
  if (!cases.some((one) => writtenCount(one) >= 2 && isVaried(one))) return [];
  const seen = cases.map((one) => ({ value: find(one), sizes: { ...one.problem.shape, ...one.problem.params } }));
  return seen.every((one): one is Sighting => one.value !== undefined) ? seen : [];
}

const constantFactor: HowFinder = (cases) => {
  const [{ output }] = cases as [Observed];
  const seen = sightings(cases, (one) =>
    sharedNumber(
      one,
      (got, expected) => got / expected,
      (expected, factor) => expected * factor,
    ),
  );
  const values = seen.map(({ value }) => value);
  if (values.length === 0 || values.some((value) => Math.abs(value) < 1e-6 || Math.abs(value - 1) < 1e-3))
    return undefined;
  const name = nameOf(seen);
  const is =
    name === undefined
      ? "by one factor per case, which is not the same in all of them"
      : `by a constant factor: it is ${name} times the expected value`;
  return how("constant-factor", `\`${output}\` is wrong ${is}.`);
};

const constantOffset: HowFinder = (cases) => {
  const [{ output }] = cases as [Observed];
  const seen = sightings(cases, (one) =>
    sharedNumber(
      one,
      (got, expected) => got - expected,
      (expected, offset) => expected + offset,
    ),
  );
  if (seen.length === 0) return undefined;
  const name = nameOf(seen);
  const is =
    name === undefined
      ? "by the same amount everywhere in a case"
      : `by a constant amount: it is the expected value plus ${name}`;
  return how("constant-offset", `\`${output}\` is wrong ${is}.`);
};

const wholeNumbers: HowFinder = (cases) => {
  if (cases.some(isInteger)) return undefined;
  const [{ output }] = cases as [Observed];
  const areWhole = cases.every(
    (one) =>
      areMost(one, (e) => Number.isInteger(one.got[e]!) && Math.abs(one.got[e]! - one.expected[e]!) <= 1, 1) &&
      one.wrongCount > 0,
  );
  // Zeros alone are no rounded numbers.
  const areZeros = cases.every((one) => areMost(one, (e) => one.got[e] === 0, 1));
  const areVaried = !areZeros && cases.some((one) => new Set(one.got.slice(0, 1000)).size > 3);
  if (!areWhole || !areVaried) return undefined;
  return how(
    "whole-numbers",
    `\`${output}\` holds whole numbers next to the expected values. Likely cause: intermediate results are rounded or truncated to integers.`,
    true,
  );
};

const notNormalised: HowFinder = (cases) => {
  if (cases.every((one) => one.axes.at(-1)!.size === 1) || cases.some(isInteger)) return undefined;
  const seen = cases.map(unnormalisedRows);
  if (seen.includes(undefined)) return undefined;
  const [{ output, axes }] = cases as [Observed];
  const rows = seen.flatMap((own) => own!);
  const sums = rows.map(({ sum }) => sum);
  const [low, high] = [Math.min(...sums), Math.max(...sums)].map((value) => Number(value.toPrecision(3)));
  const range = low === high ? low : `${low} to ${high}`;
  const cause = rows.every(({ isProportional }) => isProportional)
    ? " Each row is correct but for a factor. Likely cause: it is not divided by its sum, or by a wrong one."
    : "";
  const sentence = `Over ${axes.at(-1)!.name}, \`${output}\` should add up to 1 but adds up to ${range}.${cause}`;
  return how("not-normalised", sentence, cause !== "");
};

interface UnnormalisedRow {
  readonly sum: number;
  /** Whether the elements are the expected ones times the sum. */
  readonly isProportional: boolean;
}

/** The wrong rows, if rows should add up to 1 and no wrong row does. */
function unnormalisedRows({ axes, expected, got, isWrong, bound }: Observed): UnnormalisedRow[] | undefined {
  const size = axes.at(-1)!.size;
  const rows: UnnormalisedRow[] = [];
  for (let start = 0; start < got.length; start += size) {
    let [should, sum, slack, wrong] = [0, 0, 0, 0];
    for (let e = start; e < start + size; e++) {
      should += expected[e]!;
      sum += got[e]!;
      slack += bound[e]!;
      wrong += isWrong[e]!;
    }
    if (Math.abs(should - 1) > 1e-4) return undefined;
    if (wrong === 0) continue;
    if (!Number.isFinite(sum) || Math.abs(sum - 1) <= 1e-3 + slack) return undefined;
    let isProportional = true;
    for (let e = start; e < start + size; e++) {
      const tolerance = sum * (1e-3 * expected[e]! + 4 * bound[e]!);
      if (!(Math.abs(got[e]! - sum * expected[e]!) <= tolerance)) isProportional = false;
    }
    rows.push({ sum, isProportional });
  }
  return rows.length > 0 ? rows : undefined;
}

/** Half of f16's relative spacing, and of bfloat16's: errors of this size come from rounding. */
const SMALL_ERROR = 2 ** -6;
/** An error of a few of f32's last digits: much larger numbers have lost them, or the term is tiny. */
const TINY_ERROR = 2 ** -16;

/**
 * Errors of the size of rounding. It is tried last, after every finder that explains the values exactly.
 */
export function findSmallErrors(cases: readonly Observed[], rounding: Rounding): Finding | undefined {
  if (cases.some(isInteger)) return undefined;
  let largest = 0;
  for (const one of cases) {
    let scale = 0;
    for (let e = 0; e < one.expected.length; e++) scale = Math.max(scale, Math.abs(one.expected[e]!));
    for (const e of written(one)) {
      const error = Math.abs(one.got[e]! - one.expected[e]!) / Math.max(Math.abs(one.expected[e]!), 1e-2 * scale);
      if (!(error <= SMALL_ERROR)) return undefined;
      largest = Math.max(largest, error);
    }
  }
  return largest === 0 ? undefined : how("small-errors", smallErrorWords(cases[0]!, largest, rounding), true);
}

function smallErrorWords({ output, problem }: Observed, largest: number, rounding: Rounding): string {
  const size = Number((100 * largest).toPrecision(1));
  const causes = [
    ...(/cov|var/.test(output)
      ? ["large numbers that nearly cancel are subtracted (E[x²] - μ² instead of E[(x-μ)²])"]
      : []),
    ...(largest <= TINY_ERROR ? ["digits are lost where large numbers nearly cancel"] : []),
    ...(rounding === "half" ? ["intermediate values are rounded to half precision (f16)"] : []),
    ...(rounding === "bits" ? ["intermediate values are truncated to fewer bits"] : []),
    ...((problem.params.iterations ?? 1) > 1 ? ["a round is missing, or does not start from the one before"] : []),
    "a small term is missing or wrong, or a number is rounded on the way",
  ];
  return `\`${output}\` is nearly correct: off by up to ${size} % of its values. Likely cause: ${causes.join(", or ")}.`;
}

/** Tried in this order: the first that fits is reported. */
export const howFinders: readonly HowFinder[] = [
  addedToWhatWasThere,
  unstable,
  notFinite,
  integerBits,
  zeros,
  constant,
  signFlipped,
  wholeNumbers,
  constantFactor,
  constantOffset,
  notNormalised,
];
