import type { Edit } from "../../harness/task/kernel-change.ts";
import { mistakes } from "../../harness/task/mistake-library.ts";
import { causalMistakes, scoreMistakes, tileMistakes } from "../../harness/task/score-mistakes.ts";
import type { Mistake } from "../../harness/task/task.ts";

type Edits = readonly Edit[];

/** Edits of a plain kernel, for the mistakes that need other edits in each. */
interface KernelEdits extends Readonly<Record<keyof typeof storedScores, Edits>> {
  readonly hiddenScoresZero: Edits;
  readonly maskedAfterSoftmax: Edits;
  readonly firstHeadOnly: Edits;
  readonly headsInterleaved: Edits;
  readonly keysTransposed: Edits;
  notRescaled(tile: number): Edits;
  /** Makes NaN of the output of a query that sees no key, as kernels do that divide last. */
  readonly dividedLast: Edit;
}

const CAUSAL_COUNT = "row % QUERIES + KEYS - QUERIES + 1u";
const COUNT = `select(KEYS, ${CAUSAL_COUNT}, CAUSAL)`;
const TILES = [4, 8, 16, 32, 64, 128];

/** Edits of the softmax that the plain kernels with stored scores share. */
export const storedScores = {
  "no-max-subtraction": [["exp(p[at] - maximum)", "exp(p[at])"]],
  "not-normalised": [["p[at] /= sum;", ""]],
  "base-two": [["exp(p", "exp2(p"]],
} as const;

/** The mistakes that `attention` and `flash-attention` share. */
export function attentionMistakes(edits: KernelEdits): Mistake[] {
  const { dividedLast } = edits;
  return [
    ...scoreMistakes("visible keys", {
      "not-scaled": [[" / sqrt(f32(DIM))", ""]],
      "scaled-by-dim": [["sqrt(f32(DIM))", "f32(DIM)"]],
      "no-max-subtraction": edits["no-max-subtraction"],
      "not-normalised": edits["not-normalised"],
      "base-two": edits["base-two"],
    }),
    ...causalMistakes({
      element: "key",
      count: CAUSAL_COUNT,
      all: "KEYS",
      rule: "query i sees key j only if j <= i + keys - queries",
      dividedLast,
    }),
    ...mistakes({
      "mask-aligned-top-left": [
        "the causal mask is aligned at the first query instead of the last",
        "Compare j with i + keys - queries, not with i: when there are more keys than queries, the queries are the last positions.",
        [CAUSAL_COUNT, "row % QUERIES + 1u"],
      ],
      "hidden-scores-zero": [
        "hidden keys get a score of 0 instead of a weight of 0",
        "Skip hidden keys, or set their score to -1e30: exp(0 - maximum) is not zero.",
        ...edits.hiddenScoresZero,
      ],
      "masked-after-softmax": [
        "hidden keys are dropped after the softmax, so the remaining weights do not add up to 1",
        "Mask before the softmax: exclude hidden keys from both the maximum and the sum.",
        ...edits.maskedAfterSoftmax,
      ],
      "keys-and-values-swapped": [
        "keys and values are swapped",
        "Check the order of the bindings: scores are products of q and k, and v is averaged.",
        ["@binding(1) var<storage, read> k:", "@binding(2) var<storage, read> k:"],
        ["@binding(2) var<storage, read> v:", "@binding(1) var<storage, read> v:"],
      ],
      "first-head-only": [
        "every head reads the keys and values of the first head",
        "Start at h * KEYS * DIM: head h's keys and values both begin there.",
        ...edits.firstHeadOnly,
      ],
      "heads-interleaved": [
        "the keys and values are read as [keys, heads, dim] instead of [heads, keys, dim]",
        "Use index (h * KEYS + j) * DIM + d: all keys of a head are contiguous.",
        ...edits.headsInterleaved,
      ],
      "keys-transposed": [
        "the keys are read as [heads, dim, keys] instead of [heads, keys, dim]",
        "Use index (h * KEYS + j) * DIM + d: the elements of a key are contiguous.",
        ...edits.keysTransposed,
      ],
    }),
    ...tileMistakes({
      element: "key",
      variable: "j",
      end: "KEYS",
      tiles: TILES,
      firstTiles: [...TILES, 256],
      stopAt: (end) => [[COUNT, `min(${COUNT}, ${end})`], dividedLast],
    }),
    ...[1, ...TILES, 256].map((tile) => ({
      name: `not-rescaled-${tile}`,
      about: `the running sum of values is not rescaled when a later ${tile === 1 ? "key" : `tile of ${tile} keys`} raises the maximum`,
      hint: "When the maximum rises, multiply both the sum of weights and the sum of weighted values by exp(old - new).",
      edits: edits.notRescaled(tile),
    })),
  ];
}
