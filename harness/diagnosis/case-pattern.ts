import type { Params, Shape } from "../../reference/oracle.ts";
import type { Finding } from "../results/finding.ts";
import { f32Text } from "../text/f32-text.ts";

/** A case and whether it was correct. */
export interface CaseOutcome {
  readonly shape: Shape;
  readonly params: Params;
  readonly data: string;
  readonly isRight: boolean;
}

/** A condition on cases, in words that complete "It is wrong …". */
interface Condition {
  readonly kind: string;
  /** How many informative cases must be correct to rule out chance; 1 by default. */
  readonly fewestRight?: number;
  /** The share of the cases that satisfy it and may still be correct; none by default. */
  readonly rightByChance?: number;
  readonly words: string;
  holds(one: CaseOutcome): boolean;
}

const TILES = [2, 4, 8, 16, 32, 64, 128, 256];

/**
 * A condition that holds on exactly the wrong cases.
 */
export function findCasePattern(outcomes: readonly CaseOutcome[]): Finding | undefined {
  const wrong = outcomes.filter(({ isRight }) => !isRight);
  const right = outcomes.filter(({ isRight }) => isRight);
  if (wrong.length === 0 || right.length === 0 || wrong.length + right.length < 4) return undefined;
  const informative = right.filter((one) => !isTrivial(one));
  const found = conditions(outcomes).find(({ holds, fewestRight = 1, rightByChance = 0 }) => {
    const exceptions = informative.filter(holds).length;
    return (
      wrong.every(holds) &&
      informative.length - exceptions >= fewestRight &&
      exceptions <= rightByChance * (wrong.length + exceptions)
    );
  });
  if (found === undefined) return undefined;
  return { aspect: "where", kind: found.kind, sentence: `It is wrong ${found.words}.`, isGuess: false };
}

/** Cases that hide many mistakes: two or more sizes of 1. */
function isTrivial({ shape }: CaseOutcome): boolean {
  return Object.values(shape).filter((size) => size === 1).length >= 2;
}

function conditions(outcomes: readonly CaseOutcome[]): Condition[] {
  const names = Object.keys(outcomes[0]!.shape);
  const params = Object.keys(outcomes[0]!.params);
  return [
    ...params.flatMap((name) => paramConditions(name, outcomes)),
    ...dataConditions(outcomes),
    ...names.flatMap((a, at) => names.slice(at + 1).map((b) => inequality(a, b))),
    ...fixedSizes(names, outcomes),
    ...names.flatMap((name) => sizeConditions(name, outcomes)),
  ];
}

function paramConditions(name: string, outcomes: readonly CaseOutcome[]): Condition[] {
  const values = [...new Set(outcomes.map(({ params }) => params[name]!))];
  return [
    {
      kind: "param-not-zero",
      words: `only if ${name} is not 0`,
      fewestRight: 2,
      rightByChance: 0.2,
      holds: ({ params }) => params[name] !== 0,
    },
    ...values.map((value) => ({
      kind: "param",
      words: `only if ${name} = ${f32Text(value)}`,
      fewestRight: 2,
      rightByChance: 0.2,
      holds: ({ params }: CaseOutcome) => params[name] === value,
    })),
  ];
}

/** Kinds of data on which a submission is always wrong, while the others pass. */
function dataConditions(outcomes: readonly CaseOutcome[]): Condition[] {
  const wrong = new Set(outcomes.filter(({ isRight }) => !isRight).map(({ data }) => data));
  if (wrong.has("plain")) return [];
  const kinds = [...wrong];
  return [
    {
      kind: "data",
      words: `only on ${kinds.join(", ")} data: \`plain\` data passes, so indexing is correct`,
      holds: ({ data }) => wrong.has(data),
    },
  ];
}

function sizeConditions(name: string, outcomes: readonly CaseOutcome[]): Condition[] {
  const sizes = (isRight: boolean) =>
    outcomes.filter((one) => one.isRight === isRight).map(({ shape }) => shape[name]!);
  const [smallestWrong, largestRight] = [Math.min(...sizes(false)), Math.max(...sizes(true))];
  const found: Condition[] = [];
  if (largestRight < smallestWrong && largestRight >= 4) {
    const limit = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 65_535].find(
      (one) => one >= largestRight && one < smallestWrong,
    );
    const words =
      limit === undefined
        ? `only if ${name} is large: correct up to ${largestRight}, wrong from ${smallestWrong}`
        : `only if ${name} is above ${limit}: correct up to ${largestRight}, wrong from ${smallestWrong}`;
    found.push({ kind: "large-size", words, fewestRight: 2, holds: ({ shape }) => shape[name]! >= smallestWrong });
  }
  if (largestRight === 1) {
    // A single case may be correct by its other sizes.
    const fewestRight = Object.keys(outcomes[0]!.shape).length === 1 ? 1 : 2;
    found.push({
      kind: "one-right",
      words: `unless ${name} = 1`,
      fewestRight,
      holds: ({ shape }) => shape[name] !== 1,
    });
  }
  for (const tile of TILES) {
    found.push({
      kind: "not-a-multiple",
      words: `only if ${name} is not a multiple of ${tile}`,
      fewestRight: 2,
      holds: ({ shape }) => shape[name]! % tile !== 0,
    });
  }
  return found;
}

/** Sizes that are the same in every correct case: a number that may be hard-coded in place of a size. */
function fixedSizes(names: readonly string[], outcomes: readonly CaseOutcome[]): Condition[] {
  const informative = outcomes.filter((one) => one.isRight && !isTrivial(one));
  const [first] = informative;
  if (first === undefined) return [];
  const fixed = names.filter(
    (name) =>
      Number.isInteger(Math.log2(first.shape[name]!)) &&
      first.shape[name]! >= 4 &&
      informative.every(({ shape }) => shape[name] === first.shape[name]),
  );
  if (fixed.length === 0) return [];
  const sizes = fixed.map((name) => `${name} = ${first.shape[name]}`).join(" and ");
  return [
    {
      kind: "one-size-right",
      words: `unless ${sizes}: that number is probably hard-coded in place of a size`,
      holds: ({ shape }) => fixed.some((name) => shape[name] !== first.shape[name]),
    },
  ];
}

function inequality(a: string, b: string): Condition {
  return {
    kind: "unequal-sizes",
    words: `only if ${a} and ${b} differ: one is probably used for the other, or the two are swapped`,
    holds: ({ shape }) => shape[a] !== shape[b],
  };
}
