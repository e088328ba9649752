import type { Finding } from "../results/finding.ts";
import { type Axis, indexOf, type Observed, strideOf } from "./observed.ts";

/** Marked elements of an output of a case: the wrong ones, or the unwritten ones. */
export interface Marked {
  readonly observed: Observed;
  readonly isMarked: Uint8Array;
  readonly count: number;
}

/** A set of an output's elements that can be described in words for any shape. */
interface Region {
  readonly kind: string;
  /** Completes "`y` is wrong …" and "`y` is never written …": `in the last part of rows, from rows = 128 on`. */
  readonly words: string;
  /** A cause for unwritten elements there, as the end of "Likely cause: …". */
  readonly neverWrittenIf?: string;
  contains(index: readonly number[], element: number, axes: readonly Axis[]): boolean;
}

const TILES = [64, 256, 128, 32, 16, 8, 4];
const ROUNDED_DOWN = "a workgroup count is rounded down: use Math.ceil, and guard surplus invocations";
const PERIODS = [256, 128, 64, 32, 16, 8, 4, 2];
/** This share of the elements in a region may be correct by chance; no element outside it may be wrong. */
export const RIGHT_BY_CHANCE = 0.1;

/**
 * The first region that fits all cases, with and without marked elements. Only cases of several shapes distinguish
 * "from 64 on" from "past the last full tile of 64".
 */
export function findPlace(
  marked: readonly Marked[],
  whole: readonly Observed[],
  rightByChance = 0,
): Region | undefined {
  const examples = marked.slice(0, 8).map((one) => indexed(one.observed, one.isMarked));
  const clean = whole.slice(0, 8).map((one) => indexed(one, new Uint8Array(one.got.length)));
  let looks = 0;
  for (const region of regionsFor(examples)) {
    const isWhere = [...examples, ...clean].every((one) => {
      const tried = tryOn(region, one, rightByChance);
      looks += tried.looks;
      return tried.fits;
    });
    if (isWhere) return region;
    if (looks > MOST_LOOKS) return undefined;
  }
  return undefined;
}

/**
 * Elements examined for all regions together, about 20 ns each: counted rather than timed, so that an output gets the
 * same description on every machine.
 */
const MOST_LOOKS = 3e6;

/** An output's elements, of which some parts are examined. */
interface Indexed {
  readonly axes: readonly Axis[];
  readonly isMarked: Uint8Array;
  readonly parts: readonly { readonly from: number; readonly to: number }[];
  /** How many of the examined elements are marked. */
  readonly count: number;
}

const MOST_ELEMENTS = 20_000;
/** The end of a large output matters most: parts are missing there. Pieces of the rest show where they begin. */
const LAST = 14_000;
const [PIECES, PIECE] = [30, 200];

function indexed({ axes }: Observed, isMarked: Uint8Array): Indexed {
  const { length } = isMarked;
  const pieces = Array.from({ length: PIECES }, (_, at) => Math.floor((at * (length - LAST)) / PIECES));
  const parts =
    length <= MOST_ELEMENTS
      ? [{ from: 0, to: length }]
      : [...pieces.map((from) => ({ from, to: from + PIECE })), { from: length - LAST, to: length }];
  const countOf = (examined: Uint8Array) => examined.reduce((sum, marked) => sum + marked, 0);
  const count = parts.reduce((sum, { from, to }) => sum + countOf(isMarked.subarray(from, to)), 0);
  return { axes, isMarked, parts, count };
}

function tryOn(region: Region, { axes, isMarked, parts, count }: Indexed, rightByChance: number) {
  const mostMissed = (rightByChance / (1 - rightByChance)) * count;
  let [missed, looks] = [0, 0];
  for (const { from, to } of parts) {
    const index = indexOf({ axes }, from);
    for (let element = from; element < to; element++) {
      looks++;
      const isIn = region.contains(index, element, axes);
      if (isIn && isMarked[element] === 0 && ++missed > mostMissed) return { fits: false, looks };
      if (!isIn && isMarked[element] === 1) return { fits: false, looks };
      advance(index, axes);
    }
  }
  return { fits: true, looks };
}

/** Moves to the next element in memory. */
function advance(index: number[], axes: readonly Axis[]): void {
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    if (++index[axis]! < axes[axis]!.size) return;
    index[axis] = 0;
  }
}

function regionsFor(examples: readonly Indexed[]): Region[] {
  const { axes } = examples[0]!;
  const regions: Region[] = [{ kind: "everywhere", words: "everywhere", contains: () => true }];
  for (const [axis, { name }] of axes.entries()) regions.push(...axisRegions(axis, name, examples));
  regions.push(...triangles(axes), ...corners(axes), ...flatRegions(axes, examples));
  return regions;
}

function axisRegions(axis: number, name: string, examples: readonly Indexed[]): Region[] {
  const regions: Region[] = [
    { kind: "all-but-first", words: `except at ${name} = 0`, contains: (index) => index[axis]! > 0 },
    { kind: "first-only", words: `at ${name} = 0 only`, contains: (index) => index[axis] === 0 },
    {
      kind: "last-only",
      words: `at the last index of ${name} only`,
      neverWrittenIf: "a loop ends one iteration early, or the guard for surplus invocations is off by one",
      contains: (index, _, axes) => index[axis] === axes[axis]!.size - 1,
    },
  ];
  const starts = new Set(examples.map((example) => firstMarked(example, axis)));
  const [start] = starts;
  if (starts.size === 1 && start! > 1 && Number.isFinite(start!)) {
    regions.push({
      kind: "beyond",
      words: `in the last part of ${name}, from ${name} = ${start} on`,
      neverWrittenIf: `there is room, or there are invocations, only for the first ${start}: make them loop, or dispatch more workgroups`,
      contains: (index) => index[axis]! >= start!,
    });
  }
  for (const tile of TILES) {
    for (const atLeast of [0, tile]) {
      regions.push({
        kind: "ragged-tile",
        words: `in the last part of ${name}, past the last full tile of ${tile}`,
        neverWrittenIf: ROUNDED_DOWN,
        contains: (index, _, axes) => index[axis]! >= Math.max(atLeast, Math.floor(axes[axis]!.size / tile) * tile),
      });
    }
  }
  for (const period of PERIODS) {
    regions.push({
      kind: "all-but-multiples",
      words: `except where ${name} is a multiple of ${period}`,
      neverWrittenIf: `only one invocation in ${period} writes, or each writes too few elements`,
      contains: (index) => index[axis]! % period !== 0,
    });
    if (period > 2) {
      regions.push(
        {
          kind: "last-of-each",
          words: `at the last of every ${period} indices of ${name}`,
          neverWrittenIf: `a loop over ${period} elements ends one too early`,
          contains: (index) => index[axis]! % period === period - 1,
        },
        {
          kind: "second-half-of-each",
          words: `in the second half of every ${period} indices of ${name}`,
          neverWrittenIf: `a loop strides by ${period}, which is twice the number of invocations`,
          contains: (index) => index[axis]! % period >= period / 2,
        },
      );
    }
    regions.push({
      kind: "multiples",
      words: `where ${name} is a multiple of ${period}`,
      contains: (index) => index[axis]! % period === 0,
    });
  }
  return regions;
}

/** The first marked index of an axis; infinite if it is unknown, since elements between the parts may be marked. */
function firstMarked({ axes, isMarked, parts }: Indexed, axis: number): number {
  const isOutermost = axes.slice(0, axis).every(({ size }) => size === 1);
  if (isOutermost) return indexOf({ axes }, isMarked.indexOf(1))[axis]!;
  let first = Number.POSITIVE_INFINITY;
  const { from, to } = parts.at(-1)!;
  if (strideOf({ axes }, axis) * axes[axis]!.size > to - from) return first;
  const index = indexOf({ axes }, from);
  for (let element = from; element < to; element++) {
    if (isMarked[element] === 1) first = Math.min(first, index[axis]!);
    advance(index, axes);
  }
  return first;
}

/** In the last two axes, if they form a square matrix. */
function triangles(axes: readonly Axis[]): Region[] {
  const [rows, columns] = axes.slice(-2);
  if (columns === undefined || columns.name !== `${rows!.name}'`) return [];
  const of = (kind: string, words: string, contains: (row: number, column: number) => boolean): Region => ({
    kind,
    words,
    contains: (index) => contains(index.at(-2)!, index.at(-1)!),
  });
  return [
    of("below-diagonal", "below the diagonal, in the lower triangle", (row, column) => row > column),
    of("above-diagonal", "above the diagonal, in the upper triangle", (row, column) => row < column),
    of("diagonal", "on the diagonal", (row, column) => row === column),
    of("off-diagonal", "off the diagonal", (row, column) => row !== column),
  ];
}

/** Past whole tiles in either of the last two axes. */
function corners(axes: readonly Axis[]): Region[] {
  const [rows, columns] = axes.slice(-2);
  if (columns === undefined) return [];
  return TILES.flatMap((tile) =>
    [0, tile].map((atLeast) => ({
      kind: "ragged-tiles",
      words: `in the last part of ${rows!.name} and of ${columns.name}, past the last full tile of ${tile}`,
      neverWrittenIf: ROUNDED_DOWN,
      contains: (index: readonly number[], _: number, sizes: readonly Axis[]) =>
        [-2, -1].some((axis) => index.at(axis)! >= Math.max(atLeast, Math.floor(sizes.at(axis)!.size / tile) * tile)),
    })),
  );
}

/** By address, regardless of where an axis ends. */
function flatRegions(axes: readonly Axis[], examples: readonly Indexed[]): Region[] {
  const total = (sizes: readonly Axis[]) => sizes.reduce((product, { size }) => product * size, 1);
  const regions: Region[] = [];
  for (const [axis, { name }] of axes.entries()) {
    if (axes.length < 2) break;
    const others = axes.filter((_, other) => other !== axis).map((other) => other.name);
    for (const group of [1, 64, 128, 256]) {
      regions.push({
        kind: "axis-without-workgroups",
        words: `past the first ${others.join(" × ")} elements`,
        neverWrittenIf: `the workgroup count omits ${name}`,
        contains: (_, element, sizes) => element >= Math.ceil(total(sizes) / sizes[axis]!.size / group) * group,
      });
    }
  }
  for (const tile of TILES) {
    for (const atLeast of [0, tile]) {
      regions.push({
        kind: "ragged-end",
        words: `in the last part of memory, past the last full tile of ${tile} elements`,
        neverWrittenIf: ROUNDED_DOWN,
        contains: (_, element, sizes) => element >= Math.max(atLeast, Math.floor(total(sizes) / tile) * tile),
      });
    }
  }
  const starts = new Set(examples.map(({ isMarked }) => isMarked.indexOf(1)));
  const [start] = starts;
  const isToTheEnd = examples.every(({ isMarked, parts }) => parts.length === 1 || !isMarked.includes(0, start));
  if (starts.size === 1 && start! > 0 && isToTheEnd) {
    regions.push({
      kind: "end",
      words: `in the last part of memory, from element ${start} on`,
      neverWrittenIf: `there are invocations only for the first ${start} elements`,
      contains: (_, element) => element >= start!,
    });
  }
  return regions;
}

/** The place of the marked elements, as a finding. */
export function placeFinding(
  output: string,
  what: "wrong" | "never written",
  { kind, words, neverWrittenIf }: Region,
): Finding {
  if (what === "wrong") {
    const everywhere = words.startsWith("except") ? "everywhere " : "";
    return {
      aspect: "where",
      kind: `wrong-${kind}`,
      sentence: `\`${output}\` is wrong ${everywhere}${words}.`,
      isGuess: false,
    };
  }
  const cause = neverWrittenIf === undefined ? "" : ` Likely cause: ${neverWrittenIf}.`;
  const where = kind === "everywhere" ? "" : ` ${words}`;
  return {
    aspect: "where",
    kind: `never-written-${kind}`,
    sentence: `\`${output}\` is never written${where}.${cause}`,
    isGuess: false,
  };
}
