import type { Edit } from "../../harness/task/kernel-change.ts";
import type { EditedMistake } from "../../harness/task/task.ts";

/** Edits of one of the two plain kernels, for the mistakes that need other edits in each. */
interface KernelEdits
  extends Readonly<
    Record<
      | "noMaxSubtraction"
      | "notNormalised"
      | "baseTwo"
      | "hiddenScoresZero"
      | "maskedAfterSoftmax"
      | "firstHeadOnly"
      | "headsInterleaved"
      | "keysTransposed",
      readonly Edit[]
    >
  > {
  notRescaled(tile: number): readonly Edit[];
  /** Makes 0/0 of the output of a query that sees no key, as kernels do that divide last. */
  readonly dividedLast: Edit;
}

const CAUSAL_COUNT = "row % QUERIES + KEYS - QUERIES + 1u";
const COUNT = `select(KEYS, ${CAUSAL_COUNT}, CAUSAL)`;
const TILES = [4, 8, 16, 32, 64, 128];

/** The mistakes that `attention` and `flash-attention` share. */
export function attentionMistakes(edits: KernelEdits): EditedMistake[] {
  const counted = (most: string): Edit[] => [[COUNT, `min(${COUNT}, ${most})`], edits.dividedLast];
  return [
    {
      name: "not-scaled",
      about: "the scores are not divided by the square root of dim",
      hint: "Multiply each query-key dot product by 1 / sqrt(dim) before the softmax.",
      edits: [[" / sqrt(f32(DIM))", ""]],
    },
    {
      name: "scaled-by-dim",
      about: "the scores are divided by dim instead of by its square root",
      hint: "Divide by sqrt(f32(DIM)), or multiply by inverseSqrt(f32(DIM)).",
      edits: [["sqrt(f32(DIM))", "f32(DIM)"]],
    },
    {
      name: "no-max-subtraction",
      about: "the largest score of a row is not subtracted before exp",
      hint: "Subtract the row's largest score first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7 and underflows below -87.",
      edits: edits.noMaxSubtraction,
    },
    {
      name: "not-normalised",
      about: "the weighted sum of values is not divided by the sum of the weights",
      hint: "Divide by the sum of exp(score - maximum) over the visible keys, so that the weights add up to 1.",
      edits: edits.notNormalised,
    },
    {
      name: "base-two",
      about: "2 is raised to the power instead of e",
      hint: "Use exp(x) for e^x, or multiply the scores by 1.44269504, log2(e), before exp2: exp2(x) is 2^x.",
      edits: edits.baseTwo,
    },
    {
      name: "not-causal",
      about: "the causal mask is missing",
      hint: "When causal is 1, skip keys after i + keys - queries for query i.",
      edits: [[CAUSAL_COUNT, "KEYS"]],
    },
    {
      name: "own-key-hidden",
      about: "the causal mask hides one key too many",
      hint: "Include equality: query i sees key j if j <= i + keys - queries, so the last query sees all keys.",
      edits: [[CAUSAL_COUNT, "row % QUERIES + KEYS - QUERIES"], edits.dividedLast],
    },
    {
      name: "next-key-visible",
      about: "the causal mask lets one key too many through",
      hint: "Stop at the last visible key: query i sees key j only if j <= i + keys - queries.",
      edits: [[CAUSAL_COUNT, `min(KEYS, ${CAUSAL_COUNT} + 1u)`]],
    },
    {
      name: "mask-aligned-top-left",
      about: "the causal mask is aligned at the first query instead of the last",
      hint: "Compare j with i + keys - queries, not with i: when there are more keys than queries, the queries are the last positions.",
      edits: [[CAUSAL_COUNT, "row % QUERIES + 1u"]],
    },
    {
      name: "hidden-scores-zero",
      about: "hidden keys get a score of 0 instead of a weight of 0",
      hint: "Skip hidden keys, or set their score to -1e30: exp(0 - maximum) is not zero.",
      edits: edits.hiddenScoresZero,
    },
    {
      name: "masked-after-softmax",
      about: "hidden keys are dropped after the softmax, so the remaining weights do not add up to 1",
      hint: "Mask before the softmax: exclude hidden keys from both the maximum and the sum.",
      edits: edits.maskedAfterSoftmax,
    },
    {
      name: "keys-and-values-swapped",
      about: "keys and values are swapped",
      hint: "Check the order of the bindings: scores are products of q and k, and v is averaged.",
      edits: [
        ["@binding(1) var<storage, read> k:", "@binding(2) var<storage, read> k:"],
        ["@binding(2) var<storage, read> v:", "@binding(1) var<storage, read> v:"],
      ],
    },
    {
      name: "first-head-only",
      about: "every head reads the keys and values of the first head",
      hint: "Start at h * KEYS * DIM: head h's keys and values both begin there.",
      edits: edits.firstHeadOnly,
    },
    {
      name: "heads-interleaved",
      about: "the keys and values are read as [keys, heads, dim] instead of [heads, keys, dim]",
      hint: "Use index (h * KEYS + j) * DIM + d: all keys of a head are contiguous.",
      edits: edits.headsInterleaved,
    },
    {
      name: "keys-transposed",
      about: "the keys are read as [heads, dim, keys] instead of [heads, keys, dim]",
      hint: "Use index (h * KEYS + j) * DIM + d: the elements of a key are contiguous.",
      edits: edits.keysTransposed,
    },
    {
      name: "last-key-left-out",
      about: "the last key is omitted",
      hint: "Loop while j < KEYS: the loop over the keys ends one too early.",
      edits: counted("KEYS - 1u"),
    },
    ...TILES.map((tile) => ({
      name: `ragged-tile-left-out-${tile}`,
      about: `keys past the last full tile of ${tile} are omitted`,
      hint: `Round the number of tiles up and guard the last one: the number of keys need not be a multiple of ${tile}.`,
      edits: counted(`KEYS / ${tile}u * ${tile}u`),
    })),
    ...[...TILES, 256].map((tile) => ({
      name: `first-tile-only-${tile}`,
      about: `only the first ${tile} keys are read`,
      hint: `Loop over tiles of keys, or let each invocation take more than one: there may be more than ${tile} keys.`,
      edits: counted(`${tile}u`),
    })),
    ...[1, ...TILES, 256].map((tile) => ({
      name: `not-rescaled-${tile}`,
      about: `the running sum of values is not rescaled when a later ${tile === 1 ? "key" : `tile of ${tile} keys`} raises the maximum`,
      hint: "When the maximum rises, multiply both the sum of weights and the sum of weighted values by exp(old - new).",
      edits: edits.notRescaled(tile),
    })),
  ];
}
