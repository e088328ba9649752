import type { Edit } from "./kernel-change.ts";
import type { Mistake } from "./task.ts";

/** A value that a mistake leaves open, such as one read out of bounds, in a kernel with `id`: NaN, which WGSL cannot write. */
export const UNKNOWN = "bitcast<f32>(0x7fc00000u + 0u * id.x)";

/** By name: the cause, a hint, and the edits of the plain kernel that make the mistake. */
type MistakeTable = Readonly<Record<string, readonly [about: string, hint: string, ...edits: Edit[]]>>;

export function mistakes(table: MistakeTable): Mistake[] {
  return Object.entries(table).map(([name, [about, hint, ...edits]]) => ({ name, about, hint, edits }));
}

/** A loop `for (var c = 0u; c < COLS; c++)` of a plain kernel, by the beginning of its body's first line. */
interface Loop {
  readonly variable: string;
  readonly end: string;
  readonly body: string;
  /** The result of the loop: "the mean square". */
  readonly makes: string;
  /** Sizes of tiles of which the last, partial one may be forgotten. */
  readonly tiles?: readonly number[];
}

/** Mistakes that every reduction invites: its last element, or a last partial tile, is omitted. */
export function reductionMistakes({ variable, end, body, makes, tiles = [64] }: Loop): Mistake[] {
  const head = (bound: string) => `${variable} < ${bound}; ${variable}++) {\n    ${body}`;
  return omissions({
    ...{ end, tiles },
    stopAt: (bound) => [[head(end), head(bound)]],
    last: {
      name: "last-element-left-out",
      about: `the last element is missing from ${makes}`,
      hint: `Loop while ${variable} < ${end}: the loop for ${makes} ends one too early.`,
    },
    ofTile: (tile) => ({
      name: `ragged-tile-left-out-${tile}`,
      about: `elements past the last full tile of ${tile} are missing from ${makes}`,
      hint: roundUp(end, tile),
    }),
  });
}

type Texts = Pick<Mistake, "name" | "about" | "hint">;

interface Omissions {
  readonly end: string;
  readonly tiles: readonly number[];
  /** Lets the loops stop at another end. */
  readonly stopAt: (end: string) => readonly Edit[];
  readonly last: Texts;
  readonly ofTile: (tile: number) => Texts;
}

/** The last element of an axis is omitted, or a last partial tile of it. */
function omissions({ end, tiles, stopAt, last, ofTile }: Omissions): Mistake[] {
  return [
    { ...last, edits: stopAt(`${end} - 1`) },
    ...tiles.map((tile) => ({ ...ofTile(tile), edits: stopAt(`${end} / ${tile} * ${tile}`) })),
  ];
}

function roundUp(length: string, tile: number): string {
  return `Round the number of tiles up and guard the last one: ${length} need not be a multiple of ${tile}.`;
}

/** A loop `for (var c = 1u; c < END; c++)` of a plain kernel that finds the maximum of a row, which `exp` needs. */
interface MaximumLoop {
  readonly end: string;
  /** The tensor of the row, and where the row begins. */
  readonly row: string;
  readonly start: string;
  /** How the maximum is subtracted, as a sentence of a hint; for the logarithm of a sum of exponentials by default. */
  readonly subtraction?: string;
}

const OF_LOGARITHM = "Use log(sum of exp(z)) = m + log(sum of exp(z - m)), with m the row's maximum.";

/** Mistakes that every sum of exponentials invites. */
export function maximumMistakes({ end, row, start, subtraction = OF_LOGARITHM }: MaximumLoop): Mistake[] {
  const first = `var maximum = ${row}[${start}];`;
  return mistakes({
    "no-max-subtraction": [
      "the row's maximum is not subtracted before exp",
      `${subtraction} exp(z) overflows an f32 above z = 88.7.`,
      [`maximum = max(maximum, ${row}[${start} + c]);`, ""],
      [first, "var maximum = 0.0;"],
    ],
    "maximum-from-zero": [
      "the search for the maximum begins at 0",
      "Begin with the row's first element: if all are far below 0, every exponential underflows.",
      [first, `var maximum = max(0.0, ${row}[${start}]);`],
    ],
    "maximum-without-last-element": [
      "the last element is missing from the maximum",
      "Extend the loop for the maximum to the last element: if that is far above the others, exp overflows.",
      [`c < ${end}; c++) {\n    maximum`, `c < ${end} - 1; c++) {\n    maximum`],
    ],
  });
}

/** A statement of a plain kernel that adds one term to a sum, which a loop may reach in any way. */
interface Term {
  readonly statement: string;
  readonly variable?: string;
  /** The term's index as an expression in WGSL, if it is not the variable. */
  readonly index?: string;
  readonly end: string;
  readonly tiles: readonly number[];
}

/** The last term, or a last partial tile of them, is omitted from every sum. */
export function missingTerms({ statement, variable = "i", index = variable, end, tiles }: Term): Mistake[] {
  const axis = end.toLowerCase();
  return omissions({
    ...{ end, tiles },
    stopAt: (bound) => [[statement, `if (${index} < ${bound}) { ${statement} }`]],
    last: {
      name: "last-term-left-out",
      about: "the last term of each sum is missing",
      hint: `Loop while ${variable} < ${end}: the loop along ${axis} ends one too early.`,
    },
    ofTile: (tile) => ({
      name: `ragged-tile-left-out-${tile}`,
      about: `terms past the last full tile of ${tile} along ${axis} are missing from each sum`,
      hint: roundUp(axis, tile),
    }),
  });
}

/** An axis along which a kernel goes in one or several loops. */
interface Axis {
  /** One of its elements, as in `last-point-left-out`: "point". */
  readonly element: string;
  readonly variable: string;
  readonly end: string;
  /** What becomes of elements that are forgotten: "omitted", "missing from the sums". */
  readonly fate: string;
  /** Sizes of tiles of which the last, partial one may be forgotten. */
  readonly tiles: readonly number[];
  /** Lets all loops stop at another end. */
  readonly stopAt: (end: string) => readonly Edit[];
}

/** As `reductionMistakes`, for kernels with more than one loop along the axis. */
export function axisMistakes({ element, variable, end, fate, tiles, stopAt }: Axis): Mistake[] {
  return omissions({
    ...{ end, tiles, stopAt },
    last: {
      name: `last-${element}-left-out`,
      about: `the last ${element} is ${fate}`,
      hint: `Loop while ${variable} < ${end}: the loop over the ${element}s ends one too early.`,
    },
    ofTile: (tile) => ({
      name: `ragged-${element}s-left-out-${tile}`,
      about: `${element}s past the last full tile of ${tile} are ${fate}`,
      hint: roundUp(`the number of ${element}s`, tile),
    }),
  });
}
