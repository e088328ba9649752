import type { Edit } from "./kernel-change.ts";
import { axisMistakes, mistakes } from "./mistake-library.ts";
import type { Mistake } from "./task.ts";

type ScoreMistake = "not-scaled" | "scaled-by-dim" | "no-max-subtraction" | "not-normalised" | "base-two";

/**
 * Mistakes that a softmax of scores `q·k/√dim` invites.
 *
 * @param seen the scores of which it is taken: "visible keys"
 */
export function scoreMistakes(seen: string, edits: Readonly<Record<ScoreMistake, readonly Edit[]>>): Mistake[] {
  return mistakes({
    "not-scaled": [
      "the scores are not divided by the square root of dim",
      "Multiply each query-key dot product by 1 / sqrt(dim) before the softmax.",
      ...edits["not-scaled"],
    ],
    "scaled-by-dim": [
      "the scores are divided by dim instead of by its square root",
      "Divide by sqrt(f32(dim)), or multiply by inverseSqrt(f32(dim)).",
      ...edits["scaled-by-dim"],
    ],
    "no-max-subtraction": [
      "the largest score of a row is not subtracted before exp",
      "Subtract the row's largest score first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7 and underflows below -87.",
      ...edits["no-max-subtraction"],
    ],
    "not-normalised": [
      "the weighted sum of values is not divided by the sum of the weights",
      `Divide by the sum of exp(score - maximum) over the ${seen}, so that the weights add up to 1.`,
      ...edits["not-normalised"],
    ],
    "base-two": [
      "2 is raised to the power instead of e",
      "Use exp(x) for e^x, or multiply the scores by 1.44269504, log2(e), before exp2: exp2(x) is 2^x.",
      ...edits["base-two"],
    ],
  });
}

/** What a query sees: the first so many keys. */
interface Seen {
  /** A key, in the statement's words: "token". */
  readonly element: string;
  /** The only place in the plain kernel that counts them under a causal mask, and their number without. */
  readonly count: string;
  readonly all: string;
  /** The mask: "query i sees key j only if j <= i". */
  readonly rule: string;
  /** Makes NaN of the output of a query that sees nothing, as kernels do that divide last. */
  readonly dividedLast: Edit;
}

/** A causal mask that is missing, or hides one key too many or too few. */
export function causalMistakes({ element, count, all, rule, dividedLast }: Seen): Mistake[] {
  return mistakes({
    "not-causal": ["the causal mask is missing", `Skip hidden ${element}s: with causal = 1, ${rule}.`, [count, all]],
    [`own-${element}-hidden`]: [
      "the causal mask hides one key too many",
      `Include equality: ${rule}.`,
      [count, `${count} - 1u`],
      dividedLast,
    ],
    [`next-${element}-visible`]: [
      "the causal mask lets one key too many through",
      `Stop at the last visible ${element}: ${rule}.`,
      [count, `min(${count} + 1u, ${all})`],
    ],
  });
}

/** The last key, those past the last full tile, or past the first one, are omitted. */
export function tileMistakes({
  firstTiles,
  ...axis
}: Omit<Parameters<typeof axisMistakes>[0], "fate"> & { readonly firstTiles: readonly number[] }): Mistake[] {
  const { element, stopAt } = axis;
  return [
    ...axisMistakes({ ...axis, fate: "omitted" }),
    ...firstTiles.map((tile) => ({
      name: `first-tile-only-${tile}`,
      about: `only the first ${tile} ${element}s are read`,
      hint: `Loop over tiles of ${element}s, or let each invocation take more than one: there may be more than ${tile} ${element}s.`,
      edits: stopAt(`${tile}u`),
    })),
  ];
}
